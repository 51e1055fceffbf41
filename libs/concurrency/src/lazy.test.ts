import { expect, it } from 'vitest'

import { createLazy } from './lazy.ts'

it('creates the value once for all calls, on the first of them', async () => {
  let created = 0
  const lazy = createLazy(async () => ++created)
  expect(created).toBe(0)
  expect(await Promise.all([lazy.get(), lazy.get()])).toEqual([1, 1])
  expect(await lazy.get()).toBe(1)
})

it('reports a failure to all waiting calls, and tries again on the next call', async () => {
  let attempts = 0
  const lazy = createLazy(async () => {
    if (++attempts === 1) throw new Error('not yet')
    return attempts
  })
  const [first, second] = await Promise.allSettled([lazy.get(), lazy.get()])
  expect(first).toMatchObject({ status: 'rejected', reason: { message: 'not yet' } })
  expect(second).toEqual(first)
  expect(await lazy.get()).toBe(2)
})

it('tries again in a caller that handles the failure', async () => {
  let attempts = 0
  const lazy = createLazy(async () => {
    if (++attempts === 1) throw new Error('not yet')
    return attempts
  })
  expect(await lazy.get().catch(() => lazy.get())).toBe(2)
})

it('returns the settled value without creating it', async () => {
  let created = 0
  const lazy = createLazy(async () => ++created)
  expect(await lazy.settled()).toBeUndefined()
  const value = lazy.get()
  expect(await lazy.settled()).toBe(1)
  expect(await value).toBe(1)
})

it('returns undefined if the creation in progress fails', async () => {
  const { promise, reject } = Promise.withResolvers<number>()
  const lazy = createLazy(() => promise)
  const failing = lazy.get()
  const settled = lazy.settled()
  reject(new Error('not yet'))
  await expect(failing).rejects.toThrow('not yet')
  expect(await settled).toBeUndefined()
  expect(await lazy.settled()).toBeUndefined()
})
