import { invalidParam } from '../errors/invalid-param.ts'

/** Which part of a list is asked for. */
export interface PageRequest {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** One part of a list, and where the next begins. */
export interface Page<Item> {
  readonly items: Item[]
  readonly nextCursor?: string
}

/**
 * One page of a list in a fixed order. The cursor is the key of the last item given, so that a page
 * holds its place while items come and go before it.
 *
 * @throws McpError `invalid-params` where no item has the cursor's key.
 */
export function pageItems<Item>(
  items: readonly Item[],
  { cursor, limit }: PageRequest,
  keyOf: (item: Item) => string,
): Page<Item> {
  const start = cursor === undefined ? 0 : items.findIndex((item) => keyOf(item) === cursor) + 1
  if (cursor !== undefined && start === 0) {
    throw invalidParam('cursor', 'the cursor is not one that this list gave; begin without one')
  }
  const page = items.slice(start, start + limit)
  const last = page.at(-1)
  return last === undefined || start + limit >= items.length
    ? { items: page }
    : { items: page, nextCursor: keyOf(last) }
}
