import { expect, it } from 'vitest'

import { createBodyBudget } from './body-budget.ts'
import type { BodyCollectorOptions } from './body-collector.ts'
import { createBodyCollector } from './body-collector.ts'

const kilobyte = new Uint8Array(1024)

function collect(options: Partial<BodyCollectorOptions> = {}) {
  return createBodyCollector({ maxBodyBytes: 10_000, declared: undefined, ...options })
}

it('joins the chunks of a body', () => {
  const { add, end } = collect()
  add(new Uint8Array([1, 2]))
  add(new Uint8Array([3]))
  expect(end()).toEqual(new Uint8Array([1, 2, 3]))
  expect(collect().end()).toHaveLength(0)
})

it('refuses a body over the limit, by its declared length and by its bytes', () => {
  expect(() => collect({ declared: '10001' })).toThrow('larger than 10000 bytes')
  const { add } = collect()
  for (let chunk = 0; chunk < 9; chunk++) add(kilobyte)
  expect(() => add(kilobyte)).toThrow('larger than 10000 bytes')
})

it('reserves the declared length with the first chunk, and frees it with the body', () => {
  const budget = createBodyBudget(10_000)
  const first = collect({ declared: '8000', budget })
  first.add(kilobyte)
  const second = collect({ declared: '8000', budget })
  second.add(kilobyte)
  // The budget is two bodies of the maximum size.
  const third = () => collect({ declared: '8000', budget })
  expect(() => third().add(kilobyte)).toThrow('exceed 20000 bytes in total. Retry later')
  first.add(kilobyte)
  first.end()
  third().add(kilobyte)
  expect(() => third().add(kilobyte)).toThrow('Retry later')
  second.drop()
  second.drop()
  third().add(kilobyte)
  expect(() => third().add(kilobyte)).toThrow('Retry later')
})

it('reserves the bytes of a body without a declared length, and the overhead of each chunk', () => {
  const budget = createBodyBudget(10_000)
  const { add } = collect({ budget })
  const addBytes = () => {
    for (let count = 0; count < 100; count++) add(new Uint8Array(1))
  }
  expect(addBytes).toThrow('Retry later')
})

it('accepts a body that is whole in its first chunk when nothing is left', () => {
  const budget = createBodyBudget(0)
  budget.reserve(2048, 1024)
  const { add, end } = collect({ declared: '1024', maxBodyBytes: 1024, budget })
  add(kilobyte)
  expect(end()).toBe(kilobyte)
})

it('releases the memory of chunks that are joined or dropped, but not of a body of one chunk', () => {
  const released: Uint8Array[] = []
  const release = (chunk: Uint8Array): unknown => released.push(chunk)
  const whole = collect({ release })
  whole.add(kilobyte)
  whole.end()
  expect(released).toEqual([])
  const dropped = collect({ release })
  dropped.add(kilobyte)
  dropped.drop()
  const joined = collect({ release })
  joined.add(kilobyte)
  joined.add(kilobyte)
  joined.end()
  expect(released).toHaveLength(3)
})
