const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

const escapes: ReadonlyMap<string, string> = new Map(
  Array.from(named, ([name, character]) => [character, `&${name};`]),
)

/** Escapes the characters that are markup in HTML and XML. */
export function encodeEntities(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes.get(character) ?? character)
}

/** Decodes the five entities that XML defines, and numeric character references. */
export function decodeEntities(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi,
    (entity: string, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return named.get(name) ?? entity
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : entity
    },
  )
}
