import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { createForwardQueue } from './forward-queue.ts'

/** A store that can be away, and a queue whose timers a test runs. */
function start({ isShared = true } = {}) {
  const timers = new Set<() => void>()
  const clock = {
    now: () => 0,
    every: () => () => {},
    after(_ms: number, run: () => void) {
      timers.add(run)
      return () => void timers.delete(run)
    },
  }
  const errors: McpError[] = []
  const onError = (error: unknown) => errors.push(McpError.from(error))
  const queue = createForwardQueue({ isShared, clock, onError })
  const stored: number[] = []
  const store = { isAway: false, refused: -1 }
  async function append(number: number): Promise<void> {
    await Promise.resolve()
    if (store.isAway || store.refused === number) {
      throw new McpError('unavailable', 'The store is away.')
    }
    stored.push(number)
  }
  return {
    queue,
    stored,
    store,
    errors,
    timers,
    add: (number: number, { to = 'a', size = 1 } = {}) =>
      queue.add({ to, append: () => append(number), size: () => size }),
    /** Runs the timers, and waits for what they started. */
    passTime: async () => {
      const due = [...timers]
      timers.clear()
      for (const run of due) run()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

it('keeps the notifications while the store is away, and appends them in their order', async () => {
  const { queue, stored, store, errors, add, passTime } = start()
  add(1)
  await queue.attempted()
  store.isAway = true
  add(2)
  add(3)
  await queue.attempted()
  add(4)
  await passTime()
  expect(stored).toEqual([1])
  store.isAway = false
  add(5)
  await passTime()
  expect(stored).toEqual([1, 2, 3, 4, 5])
  add(6)
  await queue.attempted()
  expect(stored).toEqual([1, 2, 3, 4, 5, 6])
  expect(errors).toEqual([])
})

it('reports a notification that can never be appended, and continues', async () => {
  const { queue, stored, errors, add } = start()
  const append = () => Promise.reject(new McpError('payload-too-large', 'Too large.'))
  queue.add({ to: 'a', append, size: () => 1 })
  add(1)
  await queue.attempted()
  expect(stored).toEqual([1])
  expect(errors).toMatchObject([{ code: 'payload-too-large' }])
})

it('drops the oldest notifications beyond 16 MiB, reports it, and stops without a timer', async () => {
  const { queue, stored, store, errors, timers, add, passTime } = start()
  store.isAway = true
  for (const number of [1, 2, 3]) add(number, { size: 6 * 1024 * 1024 })
  await queue.attempted()
  expect(errors).toMatchObject([{ message: expect.stringContaining('were dropped') }])
  store.isAway = false
  await passTime()
  expect(stored).toEqual([2, 3])
  store.isAway = true
  add(4)
  await queue.attempted()
  queue.stop()
  expect(timers.size).toBe(0)
})

it('appends many waiting notifications of several sessions at once, so that it soon catches up', async () => {
  const { queue, store, stored, add, passTime } = start()
  store.isAway = true
  add(0)
  await queue.attempted()
  let [running, maxRunning] = [0, 0]
  for (let number = 1; number <= 500; number++) {
    const append = async () => {
      maxRunning = Math.max(maxRunning, ++running)
      await Promise.resolve()
      running--
      stored.push(number)
    }
    queue.add({ to: `session-${number % 150}`, append, size: () => 1 })
  }
  store.isAway = false
  await passTime()
  const byNumber = stored.toSorted((left, right) => left - right)
  expect(byNumber).toEqual(Array.from({ length: 501 }, (_value, number) => number))
  const ofOneSession = stored.filter((number) => number % 150 === 1)
  expect(ofOneSession).toEqual([1, 151, 301, 451])
  expect(maxRunning).toBeGreaterThan(100)
})

it.each([
  ['the first attempt', false],
  ['a later attempt', true],
])('keeps the order of a session if one notification alone fails in %s', async (_name, isLater) => {
  const { queue, stored, store, add, passTime } = start()
  store.isAway = isLater
  store.refused = 2
  for (const number of [1, 2, 3]) add(number)
  add(10, { to: 'b' })
  await queue.attempted()
  store.isAway = false
  if (isLater) await passTime()
  expect(stored.toSorted((a, b) => a - b)).toEqual([1, 10])
  store.refused = -1
  await passTime()
  expect(stored.filter((number) => number < 10)).toEqual([1, 2, 3])
  expect(queue.attempted()).toBeUndefined()
})

it('keeps the order of a notification for all sessions among those for one', async () => {
  const { queue, stored, store, add, passTime } = start()
  store.refused = 1
  add(1)
  add(2, { to: 'all' })
  add(3, { to: 'b' })
  await queue.attempted()
  expect(stored).toEqual([])
  store.refused = -1
  await passTime()
  expect(stored).toEqual([1, 2, 3])
})

it('does not wait for notifications that arrive later', async () => {
  const { queue, stored, add } = start()
  add(1)
  const attempted = queue.attempted()
  const later = Promise.withResolvers<void>()
  queue.add({ to: 'a', append: () => later.promise, size: () => 1 })
  await attempted
  expect(stored).toEqual([1])
  later.resolve()
  await queue.attempted()
})

it('gives a store of this process all notifications at once, and in turn after a failure', async () => {
  const { queue, stored, store, add, passTime } = start({ isShared: false })
  let started = 0
  const append = () => {
    started++
    return Promise.resolve()
  }
  for (let count = 0; count < 100; count++) queue.add({ to: 'a', append, size: () => 1 })
  expect(started).toBe(100)
  await queue.attempted()

  store.isAway = true
  for (const number of [1, 2, 3]) add(number)
  await queue.attempted()
  store.isAway = false
  store.refused = 1
  await passTime()
  add(4)
  expect(stored).toEqual([])
  store.refused = -1
  await passTime()
  expect(stored).toEqual([1, 2, 3, 4])

  started = 0
  for (let count = 0; count < 100; count++) queue.add({ to: 'a', append, size: () => 1 })
  expect(started).toBe(100)
  await queue.attempted()
})
