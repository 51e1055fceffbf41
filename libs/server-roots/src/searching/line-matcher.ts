import type { Sandbox } from '@mcp/sandbox'
import * as z from 'zod'

/** A line in a text that is searched. */
export interface LineHit {
  /** Counted from 0. */
  readonly line: number
  /** Counted from 0. */
  readonly column: number
}

/** Finds the lines of a text that are looked for, `limit` of them at most. */
export type LineMatcher = (text: string, limit: number) => Promise<readonly LineHit[]>

export interface MatcherOptions {
  readonly pattern: string
  readonly regex: boolean
  readonly ignoreCase: boolean
}

const lineHits = z.array(z.object({ line: z.int(), column: z.int() }))

/** Makes the matcher for what a caller looks for. Patterns of callers only run in the sandbox. */
export function createLineMatcher(
  { pattern, regex, ignoreCase }: MatcherOptions,
  sandbox: Sandbox,
  signal: AbortSignal,
): LineMatcher {
  if (regex) {
    return async (text, limit) =>
      lineHits.parse(await sandbox.run('match', { pattern, ignoreCase, text, limit }, { signal }))
  }
  const wanted = ignoreCase ? pattern.toLowerCase() : pattern
  return async (text, limit) => {
    const searched = ignoreCase ? text.toLowerCase() : text
    // Most texts hold it nowhere, which is told faster than by going through their lines.
    return searched.includes(wanted) ? hitsIn(searched, limit, (line) => line.indexOf(wanted)) : []
  }
}

/** The lines in which `find` finds something, and where. */
export function hitsIn(text: string, limit: number, find: (line: string) => number): LineHit[] {
  const hits: LineHit[] = []
  for (const [index, line] of splitLines(text).entries()) {
    if (hits.length >= limit) break
    const column = find(line)
    if (column >= 0) hits.push({ line: index, column })
  }
  return hits
}

/** The lines of a text, without their line breaks. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  // What follows the last line break is no line where nothing follows.
  if (lines.at(-1) === '') lines.pop()
  return lines
}
