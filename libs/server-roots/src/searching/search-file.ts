import type { FileHandle } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'

import { fileChunks } from '@mcp/files'

import type { LineMatcher } from './line-matcher.ts'
import { splitLines } from './line-matcher.ts'

/** A matching line, with the lines before and after it. */
export interface TextMatch {
  path: string
  line: number
  column: number
  text: string
  before?: string[]
  after?: string[]
}

export interface SearchedFile {
  readonly handle: FileHandle
  readonly path: string
  readonly size: number
}

export interface FileSearch {
  readonly matcher: LineMatcher
  /** Number of lines before and after each match. */
  readonly context: number
  readonly signal: AbortSignal
  /** Returns the number of further matches that are accepted. */
  readonly remaining: () => number
  readonly onMatch: (match: TextMatch) => void
  /** Called with the number of bytes of each chunk. */
  readonly onBytes: (bytes: number) => void
  /** Returns whether the search continues. Called after each chunk. */
  readonly shouldContinue: () => boolean
}

/** Maximum length of a line in a result. */
const maxShownLength = 400

// A chunk is searched in a few milliseconds.
const chunkBytes = 64 * 1024

// A longer line is searched in pieces. A match across two pieces is missed.
const maxPieceLength = 128 * 1024

/** Searches a file line by line, with one chunk in memory. */
export async function searchFile(file: SearchedFile, search: FileSearch): Promise<void> {
  const { context, matcher } = search
  const decoder = new StringDecoder('utf8')
  let position: Position = { line: 0, column: 0 }
  let tail: string[] = []
  /** Matches whose following lines are in the next piece. */
  let open: TextMatch[] = []

  async function searchPiece(text: string): Promise<void> {
    const limit = search.remaining()
    const hits = limit > 0 ? await matcher(text, limit) : []
    if (context === 0 && hits.length === 0) {
      position = positionAfter(position, text)
      return
    }
    const lines = splitLines(text)
    open = open.filter((match) => fillAfter(match, lines, 0, context))
    for (const hit of hits) {
      const column = hit.column + (hit.line === 0 ? position.column : 0)
      const match: TextMatch = {
        path: file.path,
        line: position.line + hit.line + 1,
        column: column + 1,
        text: excerpt(lines[hit.line] ?? '', hit.column),
      }
      if (context > 0) {
        const above = hit.line >= context ? lines : [...tail, ...lines]
        const at = above.length - lines.length + hit.line
        match.before = above.slice(Math.max(0, at - context), at).map((line) => excerpt(line, 0))
        match.after = []
        if (fillAfter(match, lines, hit.line + 1, context)) open.push(match)
      }
      search.onMatch(match)
    }
    tail = context === 0 ? [] : [...tail, ...lines].slice(-context)
    position = positionAfter(position, text)
  }

  let rest = ''
  for await (const { bytes } of fileChunks(file.handle, {
    end: file.size,
    chunkBytes,
    signal: search.signal,
  })) {
    search.onBytes(bytes.length)
    const text = rest + decoder.write(bytes)
    // The text is cut at its last line break. Only a line longer than a piece is split.
    const lineEnd = text.lastIndexOf('\n') + 1
    const cut = lineEnd === 0 && text.length > maxPieceLength ? text.length : lineEnd
    rest = text.slice(cut)
    if (cut > 0) await searchPiece(text.slice(0, cut))
    if (!search.shouldContinue() || (search.remaining() <= 0 && open.length === 0)) return
  }
  const last = rest + decoder.end()
  if (last !== '') await searchPiece(last)
}

/**
 * Start of a piece. `line` is the index of its first line. `column` is the length of the part of this
 * line that is in earlier pieces.
 */
interface Position {
  readonly line: number
  readonly column: number
}

function positionAfter({ line, column }: Position, text: string): Position {
  let breaks = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks++
  const afterBreak = text.length - (text.lastIndexOf('\n') + 1)
  return breaks === 0
    ? { line, column: column + text.length }
    : { line: line + breaks, column: afterBreak }
}

/** Adds the available lines after a match. Returns whether more lines are needed. */
function fillAfter(
  { after }: TextMatch,
  lines: readonly string[],
  from: number,
  context: number,
): boolean {
  if (after === undefined) return false
  for (const line of lines.slice(from, from + context - after.length)) after.push(excerpt(line, 0))
  return after.length < context
}

function excerpt(line: string, column: number): string {
  if (line.length <= maxShownLength) return line
  const start = Math.max(0, Math.min(column - maxShownLength / 4, line.length - maxShownLength))
  return line.slice(start, start + maxShownLength).toWellFormed()
}
