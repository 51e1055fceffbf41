/** Position of a value in a title, in characters. */
export interface ValuePlace {
  readonly start: number
  readonly end: number
  readonly isQuoted: boolean
}

/** Returns the position of a text or number in a title. Ignores case, and prefers a quoted position. */
export function findText(title: string, value: string): ValuePlace | undefined {
  const places = placesOf(title, value)
  return places.find(({ isQuoted }) => isQuoted) ?? places[0]
}

/** Returns the position of a list of values that are separated by spaces, commas or "and". */
export function findTexts(title: string, values: readonly string[]): ValuePlace | undefined {
  const [first, ...others] = values
  if (first === undefined) return undefined
  for (const { start, end, isQuoted } of placesOf(title, first)) {
    const last = others.reduce<number | undefined>(
      (from, value) => (from === undefined ? undefined : nextEnd(title, value, from)),
      end,
    )
    if (last !== undefined) return { start, end: last, isQuoted }
  }
  return undefined
}

/** Returns the end of the value that follows the separator at `from`. */
function nextEnd(title: string, value: string, from: number): number | undefined {
  const gap = /^\s*,?\s*(?:and\s+)?/.exec(title.slice(from))?.[0].length ?? 0
  const start = from + gap
  return placesOf(title, value).find((place) => place.start === start)?.end
}

function placesOf(title: string, value: string): ValuePlace[] {
  const [text, wanted] = [title.toLowerCase(), value.toLowerCase()]
  const places: ValuePlace[] = []
  // A lower-case form can be longer than the original (İ). Positions in it then do not match the title.
  if (text.length !== title.length || wanted === '') return places
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    const end = at + wanted.length
    const isQuoted = isPair(title.charAt(at - 1), title.charAt(end))
    if (isQuoted) places.push({ start: at - 1, end: end + 1, isQuoted })
    else if (isApart(title, at, end)) places.push({ start: at, end, isQuoted })
  }
  return places
}

function isPair(open: string, close: string): boolean {
  return (open === '“' && close === '”') || (open === close && /["'`]/.test(open))
}

const wordBefore = /[\p{L}\p{N}]$|\d\.$|\p{L}-$/u
const wordAfter = /^[\p{L}\p{N}]|^\.\d|^-\p{L}/u

function isApart(title: string, start: number, end: number): boolean {
  return (
    !wordBefore.test(title.slice(Math.max(0, start - 2), start)) &&
    !wordAfter.test(title.slice(end, end + 2))
  )
}
