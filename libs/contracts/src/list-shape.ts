import * as z from 'zod'

/** What every list takes: where to go on, how many, and words to look for. */
export const listParams = (searched: string) => ({
  query: z.string().max(1000).optional().describe(`Only those whose ${searched} holds this.`),
  cursor: z.string().max(4096).optional().describe('The nextCursor of the page before.'),
  limit: z.int().min(1).max(1000).default(100).describe('The most items in one page.'),
})

/** What every list gives. */
export const listResult = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })
