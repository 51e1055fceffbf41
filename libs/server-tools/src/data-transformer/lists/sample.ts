import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { listParam } from './list-param.ts'

export const sample = sandboxedOperation({
  title: 'Sample',
  description: 'Draws random items from a list, without repetition.',
  params: () =>
    z.object({
      data: listParam('The list to draw from.'),
      count: z.int().min(0).default(1).describe('The number of items to draw.'),
      seed: z
        .int()
        .min(0)
        .max(0xff_ff_ff_ff)
        .optional()
        .describe(
          'Seed of the random numbers: the same seed draws the same items. Default: random.',
        ),
    }),
  result: () => z.array(z.unknown()),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Draw 2 of ["a", "b", "c", "d"] with seed 7',
      params: { data: ['a', 'b', 'c', 'd'], count: 2, seed: 7 },
    },
    { title: 'Pick one of [1, 2, 3] at random', params: { data: [1, 2, 3] } },
  ],
  inlineLimit: linearInlineLimit,
  work({ data, count, seed }) {
    if (count > data.length) {
      throw invalidParam('count', `the list has ${data.length} items, fewer than ${count}`)
    }
    const random = seed === undefined ? Math.random : seededRandom(seed)
    const pool = Array.from(data)
    for (let drawn = 0; drawn < count; drawn++) {
      const other = drawn + Math.floor(random() * (pool.length - drawn))
      ;[pool[drawn], pool[other]] = [pool[other], pool[drawn]]
    }
    return pool.slice(0, count)
  },
})

/** Returns a pseudo-random number generator (mulberry32). Its numbers are from 0 to below 1. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
