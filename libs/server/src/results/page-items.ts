import { invalidParam } from '../errors/invalid-param.ts'

/** The page of a list that a caller requests. */
export interface PageRequest {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** One page of a list. `nextCursor` is the cursor of the next page, if there is one. */
export interface Page<Item> {
  readonly items: Item[]
  readonly nextCursor?: string
}

/**
 * Returns one page of a list in a fixed order. The cursor is the key of the last item of the previous
 * page. Therefore, adding or removing earlier items does not shift the next page.
 *
 * @throws McpError `invalid-params` if no item has the cursor's key.
 */
export function pageItems<Item>(
  items: readonly Item[],
  { cursor, limit }: PageRequest,
  keyOf: (item: Item) => string,
): Page<Item> {
  const start = cursor === undefined ? 0 : items.findIndex((item) => keyOf(item) === cursor) + 1
  if (cursor !== undefined && start === 0) {
    throw invalidParam(
      'cursor',
      'the cursor is invalid or its item was removed; start again without a cursor',
    )
  }
  const page = items.slice(start, start + limit)
  const last = page.at(-1)
  return last === undefined || start + limit >= items.length
    ? { items: page }
    : { items: page, nextCursor: keyOf(last) }
}
