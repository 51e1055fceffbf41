/**
 * Limits that apply to a page before its document is built. Within these limits, parsing the worst
 * page takes a few seconds and a few hundred MiB.
 */
export const pageLimits = {
  /** Maximum number of elements and entities. The rest of the page is omitted; a note reports this. */
  pieces: 40_000,
  /** Maximum number of characters of text and markup. The rest is omitted; a note reports this. */
  characters: 4_000_000,
  /**
   * Maximum number of open elements. The time that the parser takes for an element is proportional to the
   * number of elements that are open.
   */
  open: 50_000,
  /** Maximum depth of elements. The tags of deeper elements are removed; their text is kept. */
  depth: 128,
  /** Maximum number of attributes per element. Further attributes are omitted. */
  attributes: 64,
  /** Maximum length of an attribute, in characters. A longer attribute is omitted. */
  attributeCharacters: 8_192,
} as const

/** Maximum length of the extracted content, in characters. */
export const maxContentCharacters = 4_000_000

/** Maximum input of the sandbox, in bytes. Larger text is truncated, larger binary content is refused. */
export const maxInputBytes = 16 * 2 ** 20
