import { lazy, memo, Suspense, useState } from 'react'

import { Button } from '../button.tsx'
import { download } from '../download.ts'
import { loadPart } from '../load-part.ts'
import type { SplitMarkdown } from './split-markdown.ts'
import { appendMarkdown, emptyMarkdown, growingCode, linkDefinitions } from './split-markdown.ts'
import { CodeBlock } from './code-block.tsx'

/** Length of a text that is shown at once. */
const shownAtOnce = 100_000

/** Maximum length of a block that is parsed. A longer block is usually one long line. */
const maxParsed = 32_768

/**
 * Matches 40 nested quotes or lists, more than any document has. The parser is recursive, so it does not
 * parse such a block.
 */
const nesting = /^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){40}/m

const ParsedMarkdown = lazy(() => loadPart(() => import('./parsed-markdown.tsx')))

export interface MarkdownProps {
  readonly text: string
  /** Whether the text may still grow. */
  readonly isGrowing?: boolean
}

/** Text in Markdown. While it grows, only its last block is parsed again. */
export const Markdown = memo(function Markdown({ text: whole, isGrowing = false }: MarkdownProps) {
  const [split] = useState(createSplitter)
  const [max, setMax] = useState(shownAtOnce)
  const text = startOf(whole, max)
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
      {text.length < whole.length && (
        <CutNote onMore={() => setMax(max + shownAtOnce)} shown={text.length} text={whole} />
      )}
    </div>
  )
})

interface CutNoteProps {
  readonly text: string
  /** Number of characters that are shown. */
  readonly shown: number
  readonly onMore: () => void
}

/** The size of a text that is cut, and the ways to the whole. */
function CutNote({ text, shown, onMore }: CutNoteProps) {
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-md bg-sunken px-3 py-2 text-sm">
      <span className="grow">
        Cut: {shown.toLocaleString('en')} of {text.length.toLocaleString('en')} characters.
      </span>
      <Button onClick={onMore}>Show more</Button>
      <Button icon="download" onClick={() => download('answer.md', text, 'text/markdown')}>
        Save the whole
      </Button>
    </div>
  )
}

/** Returns the start of a long text, if possible up to the end of a line. */
function startOf(text: string, max: number): string {
  if (text.length <= max) return text
  const newline = text.lastIndexOf('\n', max)
  return text.slice(0, newline > max / 2 ? newline + 1 : max)
}

interface BlockProps {
  readonly source: string
  readonly definitions: string
}

const Block = memo(function Block({ source, definitions }: BlockProps) {
  // A line of this length would be parsed again with each piece that arrives.
  const isLong = source.length > maxParsed && !/^[`~]{3}/.test(source)
  if (isLong || nesting.test(source)) {
    return <p className="whitespace-pre-wrap">{source}</p>
  }
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
