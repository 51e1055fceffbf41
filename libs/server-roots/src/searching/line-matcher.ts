import type { JobOptions, Sandbox } from '@mcp/sandbox'
import * as z from 'zod'

/** A matching line. */
export interface LineHit {
  /** Index of the line, starting at 0. */
  readonly line: number
  /** Index of the match in the line, starting at 0. */
  readonly column: number
}

/** Returns at most `limit` matching lines of a text. */
export type LineMatcher = (text: string, limit: number) => Promise<readonly LineHit[]>

export interface MatcherOptions {
  readonly pattern: string
  readonly regex: boolean
  readonly ignoreCase: boolean
}

const lineHits = z.array(z.object({ line: z.int(), column: z.int() }))

/** Creates the matcher of a query. Regular expressions run in the sandbox, because they are untrusted. */
export function createLineMatcher(
  { pattern, regex, ignoreCase }: MatcherOptions,
  sandbox: Sandbox,
  options: JobOptions,
): LineMatcher {
  if (regex) {
    return async (text, limit) =>
      lineHits.parse(await sandbox.run('match', { pattern, ignoreCase, text, limit }, options))
  }
  const needle = ignoreCase ? pattern.toLowerCase() : pattern
  const find = (line: string): number =>
    ignoreCase ? findIgnoringCase(line, needle) : line.indexOf(needle)
  return async (text, limit) => {
    const searched = ignoreCase ? text.toLowerCase() : text
    // Most texts do not contain the pattern. Searching the whole text first is faster than searching
    // each line.
    return searched.includes(needle) ? hitsIn(text, limit, find) : []
  }
}

/** Returns the index of a text in lower case in a line, or -1. */
function findIgnoringCase(line: string, needle: string): number {
  const lower = line.toLowerCase()
  const at = lower.indexOf(needle)
  if (lower.length === line.length) return at
  // Some letters, such as the Turkish capital I with a dot, are longer in lower case.
  let index = 0
  let lowerIndex = 0
  for (const character of line) {
    if (lowerIndex >= at) break
    index += character.length
    lowerIndex += character.toLowerCase().length
  }
  return at === -1 ? -1 : index
}

/** Returns the first lines, at most `limit`, for which `find` returns a column and not -1. */
export function hitsIn(text: string, limit: number, find: (line: string) => number): LineHit[] {
  const hits: LineHit[] = []
  for (const [index, line] of splitLines(text).entries()) {
    if (hits.length >= limit) break
    const column = find(line)
    if (column >= 0) hits.push({ line: index, column })
  }
  return hits
}

/** Splits a text into lines without their line breaks. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  // A line break at the end of the text does not start another line.
  if (lines.at(-1) === '') lines.pop()
  return lines
}
