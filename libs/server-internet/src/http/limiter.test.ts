import { expect, it, vi } from 'vitest'

import { createLimiter } from './limiter.ts'

/** A piece of work that goes on until it is told to end. */
function openWork() {
  const { promise, resolve } = Promise.withResolvers<string>()
  const run = vi.fn<() => Promise<string>>(() => promise)
  return { run, finish: () => resolve('done') }
}

const never = new AbortController().signal

it('starts the next in line when one ends', async () => {
  const limiter = createLimiter(1, 1)
  const [first, second] = [openWork(), openWork()]
  const running = [limiter.run(first.run, never), limiter.run(second.run, never)]
  await expect.poll(() => first.run).toHaveBeenCalled()
  expect(second.run).not.toHaveBeenCalled()
  first.finish()
  second.finish()
  expect(await Promise.all(running)).toEqual(['done', 'done'])
})

it('says that it is unavailable where too many wait', async () => {
  const limiter = createLimiter(1, 0)
  const work = openWork()
  const running = limiter.run(work.run, never)
  await expect(limiter.run(work.run, never)).rejects.toMatchObject({
    code: 'unavailable',
    details: { retryAfterMs: 1000 },
  })
  work.finish()
  await running
})

it('lets go of who stops waiting, and of who fails', async () => {
  const limiter = createLimiter(1, 1)
  const work = openWork()
  const running = limiter.run(work.run, never)
  const controller = new AbortController()
  const waiting = limiter.run(work.run, controller.signal)
  controller.abort(new Error('no longer wanted'))
  await expect(waiting).rejects.toThrow('no longer wanted')
  work.finish()
  await running
  await expect(limiter.run(() => Promise.reject(new Error('failed')), never)).rejects.toThrow(
    'failed',
  )
  expect(await limiter.run(() => Promise.resolve('free again'), never)).toBe('free again')
})
