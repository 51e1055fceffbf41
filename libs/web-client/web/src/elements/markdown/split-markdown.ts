/** Markdown that is split into blocks, so that only the growing block is parsed again. */
export interface SplitMarkdown {
  /** Blocks that no further text changes. */
  readonly blocks: readonly string[]
  /** The block that may grow. */
  readonly rest: string
}

/** The Markdown of an empty text. */
export const emptyMarkdown: SplitMarkdown = { blocks: [], rest: '' }

const fence = /^[\t ]*(?:[-*+]|\d{1,9}[.)])?[\t ]*(`{3,}|~{3,})/
const listItem = /^(?:[-*+]|\d{1,9}[.)])(?:\s|$)/

/** Length from which a block ends with its next line, so that a list of any length is parsed in parts. */
const maxBlockLength = 8_192

/**
 * Appends text. A block ends at an empty line outside of code, unless the next line is indented or
 * continues a list. The complete text is the concatenation of all parts.
 *
 * @example
 * appendMarkdown(emptyMarkdown, 'One\n\nTwo') // { blocks: ['One\n\n'], rest: 'Two' }
 */
export function appendMarkdown({ blocks, rest }: SplitMarkdown, text: string): SplitMarkdown {
  const source = rest + text
  const finished: string[] = []
  let start = 0
  for (const end of blockEnds(source)) {
    finished.push(source.slice(start, end))
    start = end
  }
  if (finished.length === 0) return { blocks, rest: source }
  return { blocks: [...blocks, ...finished], rest: source.slice(start) }
}

/** Yields the positions after the blocks that have ended. */
function* blockEnds(source: string): Generator<number> {
  let openFence: string | undefined
  let isBlank = false
  let isList = false
  let isEmpty = true
  let start = 0
  for (let at = 0; at < source.length;) {
    const newline = source.indexOf('\n', at)
    const line = source.slice(at, newline === -1 ? undefined : newline)
    if (openFence !== undefined) {
      if (closes(line, openFence)) openFence = undefined
    } else if (line.trim() === '') {
      isBlank = true
    } else {
      // The last line is incomplete: it may still become an item of the list or an indented line.
      const isDecided = newline !== -1 || /^\s*\S{3}/.test(line)
      const continues = /^\s/.test(line) || (isList && listItem.test(line))
      const isLong = at - start > maxBlockLength
      if (!isEmpty && isDecided && (isLong || (isBlank && !continues))) {
        yield at
        isEmpty = true
        start = at
      }
      if (isEmpty) isList = listItem.test(line)
      isEmpty = false
      isBlank = false
      openFence = fence.exec(line)?.[1]
    }
    if (newline === -1) return
    at = newline + 1
  }
}

function closes(line: string, openFence: string): boolean {
  const text = line.trim()
  return text.startsWith(openFence) && text === text.charAt(0).repeat(text.length)
}

/** Code whose end has not been written yet. */
export interface GrowingCode {
  readonly language: string
  readonly code: string
}

/** Returns the code of a block that begins with an open fence. While the code grows, it needs no parsing. */
export function growingCode(block: string): GrowingCode | undefined {
  const [, opening, language = '', code] =
    /^(`{3,}|~{3,})[ \t]*([^\n`]*)\n([\s\S]*)$/.exec(block) ?? []
  if (opening === undefined || code === undefined) return undefined
  if (code.split('\n').some((line) => closes(line, opening))) return undefined
  return { language: language.trim().split(/\s/, 1)[0] ?? '', code }
}

/** Returns the definitions of links in a text, which its other blocks may refer to. */
export function linkDefinitions(text: string): string {
  return Array.from(
    text.matchAll(/^ {0,3}\[[^\]\n^][^\]\n]*\]:[ \t]*\S.*$/gm),
    ([line]) => line,
  ).join('\n')
}
