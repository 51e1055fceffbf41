import { stripVTControlCharacters } from 'node:util'

// Control characters (except tab and line feed), line separators, and bidirectional marks and overrides.
const controls = /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Removes what a terminal would execute: escape sequences and control characters. Results contain text
 * from files, pages and models, which could otherwise rewrite the screen or the clipboard.
 */
export function stripControls(text: string): string {
  return stripVTControlCharacters(text).replace(controls, '')
}

/** Returns JSON in which the characters of `controls` are escaped, so that the value stays the same. */
export function toPlainJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent) ?? 'null'
  return text.replace(
    controls,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
