import { invalidParam } from '@mcp/server'
import type { RE2JS } from 're2js'
import * as z from 'zod'

/** Declares a regular expression parameter. */
export function patternParam(description: string) {
  return z.string().min(1).max(2_000).describe(description)
}

export function flagsParam() {
  return z
    .string()
    .regex(/^[gimsu]*$/, 'must consist of the letters g, i, m, s and u')
    .default('')
    .describe(
      'Flags: i ignores case; with m, ^ and $ match at line breaks; with s, the dot matches line breaks.',
    )
}

/**
 * Compiles a caller's pattern for RE2, whose time is linear in the length of the text. The built-in
 * engine of JavaScript would backtrack for years with some patterns of ten characters.
 */
export async function compilePattern(pattern: string, flags: string): Promise<RE2JS> {
  const { RE2JS } = await import('re2js')
  const letters = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL }
  const mode = Object.entries(letters)
    .filter(([letter]) => flags.includes(letter))
    .reduce((sum, [, flag]) => sum | flag, RE2JS.LOOKBEHINDS)
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern), mode)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, 200) : 'it is malformed'
    throw invalidParam('pattern', `invalid or unsupported pattern: ${why}`, {
      reason: 'pattern-syntax',
      cause,
    })
  }
}
