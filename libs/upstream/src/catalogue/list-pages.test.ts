import { expect, it } from 'vitest'
import * as z from 'zod'

import { listPages } from './list-pages.ts'

const schema = z.looseObject({ name: z.string() })

function numbered(count: number, pageSize: number) {
  return async (cursor: string | undefined) => {
    const start = Number(cursor ?? 0)
    const end = Math.min(count, start + pageSize)
    const tools = Array.from({ length: end - start }, (_, index) => ({ name: `t${start + index}` }))
    return { tools, ...(end < count ? { nextCursor: String(end) } : {}) }
  }
}

it('follows the pages, and keeps 1,000 items', async () => {
  expect(await listPages(numbered(250, 100), 'tools', schema)).toHaveLength(250)
  const items = await listPages(numbered(2000, 100), 'tools', schema)
  expect([items.length, items.at(-1)?.name]).toEqual([1000, 't999'])
})

it('ends at a cursor that does not advance', async () => {
  let calls = 0
  const endless = async () => ({ tools: [{ name: `t${calls++}` }], nextCursor: 'again' })
  expect(await listPages(endless, 'tools', schema)).toHaveLength(2)
})

it('reads at most 100 pages', async () => {
  let calls = 0
  const endless = async () => ({ tools: [], nextCursor: String(calls++) })
  expect(await listPages(endless, 'tools', schema)).toEqual([])
  expect(calls).toBe(100)
})

it('skips invalid items, keeps unknown fields, and cuts long descriptions', async () => {
  const tools = [
    null,
    { title: 'no name' },
    { name: 'a', description: 'x'.repeat(5000), future: { deep: true } },
  ]
  const [item, ...others] = await listPages(async () => ({ tools }), 'tools', schema)
  expect(others).toEqual([])
  expect(item).toMatchObject({ name: 'a', future: { deep: true } })
  expect(String(item?.['description'])).toHaveLength(4000)
})
