import type * as z from 'zod'

/** Limits of one list of an upstream server. */
export interface ListLimits {
  readonly maxItems: number
  readonly maxPages: number
  /** In characters. Longer descriptions are cut. */
  readonly maxDescriptionLength: number
}

export const defaultListLimits: ListLimits = {
  maxItems: 1000,
  maxPages: 100,
  maxDescriptionLength: 4000,
}

/**
 * Returns the valid items of the pages of a list, within the limits. A cursor that was returned before ends the
 * list, because the server would repeat its pages forever.
 */
export async function listPages<Item extends Readonly<Record<string, unknown>>>(
  fetchPage: (cursor: string | undefined) => Promise<Readonly<Record<string, unknown>>>,
  key: string,
  schema: z.ZodType<Item>,
  limits: ListLimits = defaultListLimits,
): Promise<Item[]> {
  const items: Item[] = []
  const seen = new Set<string>()
  let cursor: string | undefined
  for (let page = 0; page < limits.maxPages; page++) {
    const result = await fetchPage(cursor)
    const list = result[key]
    for (const each of Array.isArray(list) ? list : []) {
      const parsed = schema.safeParse(each)
      if (!parsed.success) continue
      items.push(cutDescription(parsed.data, limits.maxDescriptionLength))
      if (items.length >= limits.maxItems) return items
    }
    const { nextCursor } = result
    if (typeof nextCursor !== 'string' || seen.has(nextCursor)) break
    seen.add(nextCursor)
    cursor = nextCursor
  }
  return items
}

function cutDescription<Item extends Readonly<Record<string, unknown>>>(
  item: Item,
  maxLength: number,
): Item {
  const { description } = item
  if (typeof description !== 'string' || description.length <= maxLength) return item
  return { ...item, description: `${description.slice(0, maxLength - 1)}…` }
}
