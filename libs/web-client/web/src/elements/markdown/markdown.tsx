import { lazy, memo, Suspense, useState } from 'react'

import { loadPart } from '../../elements/load-part.ts'
import type { SplitMarkdown } from './split-markdown.ts'
import { appendMarkdown, emptyMarkdown, growingCode, linkDefinitions } from './split-markdown.ts'
import { CodeBlock } from './code-block.tsx'

const ParsedMarkdown = lazy(() => loadPart(() => import('./parsed-markdown.tsx')))

export interface MarkdownProps {
  readonly text: string
  /** Whether the text may still grow. */
  readonly isGrowing?: boolean
}

/** Text in Markdown. While it grows, only its last block is parsed again. */
export function Markdown({ text, isGrowing = false }: MarkdownProps) {
  const [split] = useState(createSplitter)
  const { blocks, rest } = split(text)
  const code = isGrowing ? growingCode(rest) : undefined
  const definitions = text.includes(']: ') ? linkDefinitions(text) : ''
  return (
    <div className="space-y-3 leading-relaxed wrap-anywhere">
      {blocks.map((block, position) => (
        // Blocks are only appended.
        <Block definitions={definitions} key={position} source={block} />
      ))}
      {code !== undefined && <CodeBlock language={code.language}>{code.code}</CodeBlock>}
      {code === undefined && rest.trim() !== '' && (
        <Block definitions={definitions} source={rest} />
      )}
    </div>
  )
}

interface BlockProps {
  readonly source: string
  readonly definitions: string
}

const Block = memo(function Block({ source, definitions }: BlockProps) {
  const isReferring = definitions !== '' && source.includes('[')
  return (
    <Suspense fallback={<p className="whitespace-pre-wrap">{source}</p>}>
      <ParsedMarkdown source={isReferring ? `${source}\n\n${definitions}` : source} />
    </Suspense>
  )
})

/** Creates a function that splits a text, and only its new part if the text has grown. */
function createSplitter(): (text: string) => SplitMarkdown {
  let known = ''
  let split = emptyMarkdown
  return (text) => {
    if (text === known) return split
    split = text.startsWith(known)
      ? appendMarkdown(split, text.slice(known.length))
      : appendMarkdown(emptyMarkdown, text)
    known = text
    return split
  }
}
