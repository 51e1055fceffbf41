/**
 * Maximum length of the events of a page, in characters. Only a page of a single event may be longer. While a
 * reader is stalled, its page stays in memory, and a page of the largest events would have 32 MiB.
 */
export const maxEventPageLength = 64 * 1024

/** Returns how many of the first items belong to a page: at least one, if there are any. */
export function countEventsOfPage(items: readonly { readonly length: number }[]): number {
  let length = 0
  const end = items.findIndex((item, index) => {
    length += item.length
    return index > 0 && length > maxEventPageLength
  })
  return end === -1 ? items.length : end
}
