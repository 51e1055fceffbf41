import { Fragment, useMemo } from 'react'

import { Badge } from '../elements/badge.tsx'
import { sizeText } from './cut-text.ts'
import { DiffText } from './diff-text.tsx'
import { GridTable } from './grid/grid-table.tsx'
import { JsonTree } from './json-tree.tsx'
import { LongText } from './long-text.tsx'
import { MarkdownText } from './markdown-text.tsx'
import { StoredImage } from './stored-image.tsx'
import type { Block, Shape } from './shape-of.ts'
import { shapeOf } from './shape-of.ts'

export interface ResultProps {
  readonly value: unknown
  /** Media type of a text. */
  readonly contentType?: string
}

/** A value drawn by its shape. No content is drawn as HTML, and nothing in it loads by itself. */
export function Result({ value, contentType }: ResultProps) {
  const shape = useMemo(() => shapeOf(value, contentType), [value, contentType])
  return <ShapeView shape={shape} />
}

function ShapeView({ shape }: { readonly shape: Shape }) {
  switch (shape.kind) {
    case 'nothing':
      return <p className="text-muted">No result</p>
    case 'scalar':
      return shape.text === '' ? (
        <p className="text-muted italic">Empty text</p>
      ) : (
        <p className="font-mono text-lg wrap-anywhere">{shape.text}</p>
      )
    case 'text':
      return <LongText text={shape.text} />
    case 'markdown':
      return <MarkdownText text={shape.text} />
    case 'diff':
      return <DiffText text={shape.text} />
    case 'json':
      return <JsonTree value={shape.value} />
    case 'grid':
      return <GridTable grid={shape.grid} />
    case 'list':
      return (
        <ul className="list-disc pl-5">
          {shape.items.slice(0, 1000).map((item, index) => (
            <li className="wrap-anywhere" key={`${index}`}>
              {item}
            </li>
          ))}
        </ul>
      )
    case 'image':
      return <StoredImage base64={shape.base64} mediaType={shape.mediaType} />
    case 'binary':
      return (
        <p>
          Binary data of the type <code>{shape.mediaType}</code>, {sizeText(shape.bytes)}
        </p>
      )
    case 'messages':
      return (
        <div className="space-y-2">
          {shape.messages.map(({ role, shape: inner }, index) => (
            <div className="border-l-2 border-line pl-3" key={`${index}`}>
              <Badge>{role}</Badge>
              <ShapeView shape={inner} />
            </div>
          ))}
        </div>
      )
    case 'blocks':
      return (
        <div className="space-y-3">
          {shape.isError && <Badge tone="bad">error</Badge>}
          {shape.blocks.map((block, index) => (
            <BlockView block={block} key={`${index}`} />
          ))}
        </div>
      )
    case 'document':
      return <DocumentView shape={shape} />
  }
}

function DocumentView({ shape }: { readonly shape: Shape & { readonly kind: 'document' } }) {
  return (
    <div className="space-y-3">
      {shape.fields.length > 0 && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-sm">
          {shape.fields.map(({ name, text }) => (
            <Fragment key={name}>
              <dt className="text-muted">{name}</dt>
              <dd className="min-w-0 font-mono wrap-anywhere">{text}</dd>
            </Fragment>
          ))}
        </dl>
      )}
      {shape.parts.map(({ name, shape: part }) => (
        <div aria-label={name} key={name} role="group">
          <h3 className="mb-1 text-sm font-medium text-muted">{name}</h3>
          <ShapeView shape={part} />
        </div>
      ))}
    </div>
  )
}

function BlockView({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'drawn':
      return <ShapeView shape={block.shape} />
    case 'link':
      return (
        <p className="wrap-anywhere">
          {block.name} <code className="text-sm text-muted">{block.uri}</code>
        </p>
      )
    case 'resource':
      return (
        <div aria-label={block.uri} role="group">
          <p className="text-sm text-muted wrap-anywhere">{block.uri}</p>
          <ShapeView shape={block.shape} />
        </div>
      )
  }
}
