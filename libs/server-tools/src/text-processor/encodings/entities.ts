const escapes: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
])

/** Escapes the characters that are markup in HTML and XML. */
export function encodeEntities(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes.get(character) ?? character)
}
