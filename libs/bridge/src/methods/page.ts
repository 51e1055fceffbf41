import { McpError } from '@mcp/protocol'

/** Number of items of one page. Many clients never request a second page. */
const pageSize = 1000

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: { readonly nextCursor?: string }
}

/**
 * Returns a page of a list in memory. The cursor is the number of items before the page.
 *
 * @throws McpError `invalid-params` for an invalid cursor.
 */
export function pageOf<Item>(all: readonly Item[], cursor: unknown): Page<Item> {
  const start = cursor === undefined ? 0 : positionOf(cursor)
  if (start === undefined || start > all.length) {
    throw new McpError('invalid-params', 'Invalid cursor: use the nextCursor of the last page.')
  }
  const end = start + pageSize
  return {
    items: start === 0 && end >= all.length ? all : all.slice(start, end),
    next: end < all.length ? { nextCursor: String(end) } : {},
  }
}

/** Returns the number in a cursor, or undefined for anything else than a text of digits. */
export function positionOf(cursor: unknown): number | undefined {
  return typeof cursor === 'string' && /^\d{1,15}$/.test(cursor) ? Number(cursor) : undefined
}
