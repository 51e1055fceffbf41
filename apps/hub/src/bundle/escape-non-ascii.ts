/**
 * Escapes the characters that esbuild leaves in regular expressions and comments. V8 keeps a file with one
 * character beyond Latin-1 in two bytes per character: one dash made the main file 2 MB instead of 1 MB,
 * and slower to decode.
 *
 * @throws Error if a raw template contains such a character, because its text would contain the escape instead.
 */
export function escapeNonAscii(code: string): string {
  const raw = /\.raw`[^`]*[^\0-\x7F][^`]*`/.exec(code)?.[0]
  if (raw !== undefined) throw new Error(`Escape non-ASCII characters in ${raw}.`)
  return code.replaceAll(
    /[^\0-\x7F]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
