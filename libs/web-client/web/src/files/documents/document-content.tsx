import { useState } from 'react'
import { Link } from 'wouter'

import { Markdown } from '../../elements/markdown/markdown.tsx'
import { CodeEditor } from '../../editor/code-editor.tsx'
import { CopyButton } from '../../elements/copy-button.tsx'
import { sizeText } from '../../results/cut-text.ts'
import { DiffText } from '../../results/diff-text.tsx'
import { JsonTree } from '../../results/json-tree.tsx'
import { StoredImage } from '../../results/stored-image.tsx'
import { textKind } from '../../results/text-kind.ts'
import type { Position } from '../selection.ts'
import { shownName } from '../shown-name.ts'
import type { FileSource } from './file-source.ts'
import { languageOf } from './language-of.ts'
import type { Document, ReadFile } from './read-document.ts'
import { hexLines, pieceBytes, typeOfBytes } from './read-document.ts'

export interface DocumentContentProps {
  readonly source: FileSource
  readonly position: Position
  readonly addressAt: (position: Position) => string
  readonly file: ReadFile
}

/** The content of a file, drawn by its type. No content is drawn as HTML. */
export function DocumentContent(props: DocumentContentProps) {
  const { file } = props
  const { document, info } = file
  switch (document.kind) {
    case 'image':
      return <StoredImage base64={document.base64} mediaType={info.mediaType} />
    case 'binary':
      return <BinaryContent bytes={document.bytes} size={info.size} />
    case 'text':
      return (
        <>
          {!document.isWhole && <Pieces {...props} document={document} />}
          <TextContent {...props} document={document} />
        </>
      )
  }
}

type TextDocument = Document & { readonly kind: 'text' }

function TextContent({
  document: { text, isWhole, piece },
  file: { info },
  source,
  position,
}: DocumentContentProps & { readonly document: TextDocument }) {
  const [isSource, setSource] = useState(position.line !== undefined)
  const kind = isWhole ? textKind(text, info.mediaType) : 'text'
  const name = shownName(source.name)
  if (text === '') return <p className="text-muted italic">The file is empty.</p>
  const drawn = drawnText(kind, text)
  return (
    <div className="space-y-2">
      <div className="flex items-center gap-1">
        {drawn !== undefined && (
          <div aria-label="View of the content" className="flex gap-1" role="group">
            {[false, true].map((each) => (
              <button
                aria-pressed={isSource === each}
                className="min-h-7 rounded-md px-2 text-sm text-muted hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:text-accent"
                key={String(each)}
                onClick={() => setSource(each)}
                type="button"
              >
                {each ? 'Source' : 'Drawn'}
              </button>
            ))}
          </div>
        )}
        <CopyButton label="Copy the text" text={text} />
      </div>
      {drawn !== undefined && !isSource ? (
        <section aria-label={`Content of ${name}`}>{drawn}</section>
      ) : (
        <CodeEditor
          className="max-h-[70dvh]"
          label={`Content of ${name}`}
          language={languageOf(info.mediaType, source.name)}
          value={text}
          {...(piece.firstLine === undefined ? {} : { firstLine: piece.firstLine })}
          {...(position.line === undefined ? {} : { shownLine: position.line })}
        />
      )}
    </div>
  )
}

/** Returns a text drawn by its kind, or undefined if it is drawn as its source. */
function drawnText(kind: ReturnType<typeof textKind>, text: string) {
  switch (kind) {
    case 'markdown':
      return <Markdown text={text} />
    case 'diff':
      return <DiffText text={text} />
    case 'json':
      try {
        const value: unknown = JSON.parse(text)
        return <JsonTree value={value} />
      } catch {
        return undefined
      }
    case 'text':
      return undefined
  }
}

/** Position in a file that is read in pieces, and the way to the other pieces. */
function Pieces({
  file: { info },
  document: { piece },
  addressAt,
}: DocumentContentProps & { readonly document: TextDocument }) {
  const { size = piece.end } = info
  const last = Math.max(0, Math.floor((size - 1) / pieceBytes) * pieceBytes)
  const steps = [
    { title: 'First', at: 0, isUsed: piece.start > 0 },
    { title: 'Previous', at: Math.max(0, piece.start - pieceBytes), isUsed: piece.start > 0 },
    { title: 'Next', at: piece.end, isUsed: piece.hasMore },
    { title: 'Last', at: last, isUsed: piece.hasMore },
  ]
  return (
    <nav aria-label="Pieces of the file" className="flex flex-wrap items-center gap-3">
      <p className="text-sm" role="status">
        Bytes {piece.start.toLocaleString('en')} to {piece.end.toLocaleString('en')} of{' '}
        {size.toLocaleString('en')} ({sizeText(size)})
      </p>
      {steps.map(({ title, at, isUsed }) =>
        isUsed ? (
          <Link className="text-accent underline" href={addressAt({ at })} key={title}>
            {title}
          </Link>
        ) : (
          <span className="text-muted" key={title}>
            {title}
          </span>
        ),
      )}
    </nav>
  )
}

function BinaryContent({
  bytes,
  size = 0,
}: {
  readonly bytes: string
  readonly size: number | undefined
}) {
  const type = typeOfBytes(bytes)
  const lines = hexLines(bytes)
  return (
    <div className="space-y-2">
      <p>
        {type === undefined ? 'Binary data' : `Binary data: ${type}`}, {sizeText(size)}. It is not
        text, so it is only described.
      </p>
      <pre
        aria-label="First bytes"
        className="overflow-auto rounded-md bg-sunken p-3 font-mono text-sm"
        role="region"
        tabIndex={0}
      >
        {lines}
      </pre>
    </div>
  )
}
