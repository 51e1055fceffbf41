import * as z from 'zod'

/** Parameters of each operation that returns a list: search text, cursor and page size. */
export const listParams = (searched: string) => ({
  query: z
    .string()
    .max(1000)
    .optional()
    .describe(`Only items whose ${searched} contains this text.`),
  cursor: z.string().max(4096).optional().describe('The nextCursor of the previous page.'),
  limit: z.int().min(1).max(1000).default(100).describe('Maximum number of items per page.'),
})

/** Result of each operation that returns a list: one page of items. */
export const listResult = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })
