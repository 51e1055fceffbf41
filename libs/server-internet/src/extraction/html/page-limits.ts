/**
 * What a page is cut to before a tree is made of it. With these, a page of the worst shape takes the
 * libraries that follow a few seconds and a few hundred MiB.
 */
export const pageLimits = {
  /** Elements and entities that are read; all that follows is left out, and the note says so. */
  pieces: 40_000,
  /** Characters of text and markup that are kept, in the same way. */
  characters: 4_000_000,
  /** Elements that may be open at once, in the same way: each takes time with the number of them. */
  open: 50_000,
  /** How deep elements may nest. What nests deeper keeps its text and loses its own elements. */
  depth: 128,
  /** Attributes of one element; further ones are left out. */
  attributes: 64,
  /** Characters of one attribute; a longer one is left out. */
  attributeCharacters: 8_192,
} as const

/** The longest content that is handed back, in characters. */
export const maxContentCharacters = 4_000_000

/** The most bytes that are sent to a worker: of text the rest is left out, of other things it is refused. */
export const maxInputBytes = 16 * 2 ** 20
