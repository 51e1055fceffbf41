import { invalidParam } from '@mcp/server'
import type { RE2JS } from 're2js'

import type { TextEdit } from './writing/edit-text.ts'
import { editText } from './writing/edit-text.ts'
import type { LineHit } from './searching/line-matcher.ts'
import { hitsIn } from './searching/line-matcher.ts'
import { unifiedDiff } from './writing/unified-diff.ts'

export interface EditJob {
  readonly path: string
  readonly text: string
  readonly edits: readonly TextEdit[]
  readonly maxLength: number
}

export interface EditResult {
  readonly text: string
  readonly diff: string
  readonly replacements: number
}

/** Applies edits to a text. Returns the new text and a diff. */
export async function editJob({ path, text, edits, maxLength }: EditJob): Promise<EditResult> {
  const edited = editText(text, edits, maxLength)
  return { ...edited, diff: await unifiedDiff(path, text, edited.text) }
}

export interface MatchJob {
  readonly pattern: string
  readonly ignoreCase: boolean
  readonly text: string
  /** Maximum number of lines to return. */
  readonly limit: number
}

let compiled: { readonly key: string; readonly pattern: RE2JS } | undefined

/** Returns the lines of a text that match a caller's regular expression. */
export async function matchJob(job: MatchJob): Promise<LineHit[]> {
  const pattern = await compile(job)
  return hitsIn(job.text, job.limit, (line) => {
    const matcher = pattern.matcher(line)
    return matcher.find() ? matcher.start() : -1
  })
}

async function compile({ pattern, ignoreCase }: MatchJob): Promise<RE2JS> {
  const key = `${ignoreCase ? 'i' : ''}/${pattern}`
  if (compiled?.key === key) return compiled.pattern
  // RE2 matches in linear time. The built-in engine takes exponential time for some patterns.
  const { RE2JS } = await import('re2js')
  try {
    const made = RE2JS.compile(
      RE2JS.translateRegExp(pattern),
      ignoreCase ? RE2JS.CASE_INSENSITIVE : 0,
    )
    compiled = { key, pattern: made }
    return made
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message.slice(0, 200) : 'unknown error'
    throw invalidParam('pattern', `unsupported pattern: ${problem}`, {
      reason: 'pattern-syntax',
      cause,
    })
  }
}
