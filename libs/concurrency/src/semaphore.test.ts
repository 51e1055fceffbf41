import { expect, it } from 'vitest'

import { createSemaphore } from './semaphore.ts'

const never = new Promise<never>(() => {})

it('grants all permits, then passes each released one to the first waiter', async () => {
  const semaphore = createSemaphore({ limit: 1 })
  const order: string[] = []
  const release = await semaphore.acquire()
  const first = semaphore.run(async () => order.push('first'))
  const second = semaphore.run(async () => order.push('second'))
  expect(semaphore).toMatchObject({ active: 1, queued: 2 })

  release()
  // The permit already belongs to the first waiter, although its promise has not resolved yet.
  expect(semaphore.tryAcquire()).toBe(false)
  await Promise.all([first, second])

  expect(order).toEqual(['first', 'second'])
  expect(semaphore).toMatchObject({ active: 0, queued: 0 })
})

it('refuses a waiter if the queue is full', async () => {
  const semaphore = createSemaphore({
    limit: 1,
    maxQueued: 0,
    queueFull: () => new Error('too many'),
  })
  await semaphore.acquire()
  await expect(semaphore.acquire()).rejects.toThrow('too many')
})

it('removes a waiter whose signal is aborted, and keeps its permit for the next', async () => {
  const semaphore = createSemaphore({ limit: 1 })
  const controller = new AbortController()
  const release = await semaphore.acquire()
  const aborted = semaphore.acquire(controller.signal)
  const next = semaphore.acquire()

  controller.abort(new Error('left'))
  await expect(aborted).rejects.toThrow('left')
  release()
  await next

  expect(semaphore).toMatchObject({ active: 1, queued: 0 })
})

it('takes no permit for a signal that is already aborted', async () => {
  const semaphore = createSemaphore({ limit: 1 })
  await expect(semaphore.acquire(AbortSignal.abort(new Error('left')))).rejects.toThrow('left')
  expect(semaphore.active).toBe(0)
})

it('releases a permit once, even if its holder releases it twice', async () => {
  const semaphore = createSemaphore({ limit: 2 })
  const release = await semaphore.acquire()
  await semaphore.acquire()
  release()
  release()
  expect(semaphore.active).toBe(1)
})

it('releases the permit of a task that fails', async () => {
  const semaphore = createSemaphore({ limit: 1 })
  await expect(semaphore.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  expect(semaphore.active).toBe(0)
})

it('reports that it is idle after the last permit is released', async () => {
  const semaphore = createSemaphore({ limit: 1 })
  await semaphore.idle()
  const release = await semaphore.acquire()
  const idle = semaphore.idle()
  expect(await Promise.race([idle.then(() => 'idle'), Promise.resolve('busy')])).toBe('busy')
  release()
  await Promise.race([idle, never])
})

it('passes permits to waiters of different keys in turn', async () => {
  const semaphore = createSemaphore({ limit: 1 })
  const order: string[] = []
  const release = await semaphore.acquire(undefined, 'a')
  const work = ['a1', 'a2', 'a3', 'b1'].map(async (name) =>
    semaphore.run(async () => order.push(name), undefined, name.slice(0, 1)),
  )
  release()
  await Promise.all(work)
  expect(order).toEqual(['a1', 'b1', 'a2', 'a3'])
})

it('refuses waiters beyond the maximum of their key, and accepts waiters of another key', async () => {
  const semaphore = createSemaphore({ limit: 1, maxQueued: 10, maxQueuedPerKey: 2 })
  semaphore.tryAcquire('a')
  const isQueued = (key: string) => semaphore.enqueue(() => {}, key) !== undefined
  expect([isQueued('a'), isQueued('a'), isQueued('a'), isQueued('b')]).toEqual([
    true,
    true,
    false,
    true,
  ])
})

it('lets one key hold as many permits as remain free for others', () => {
  const semaphore = createSemaphore({ limit: 16, reservesPermits: true })
  const take = (key: string): number => {
    let taken = 0
    while (semaphore.tryAcquire(key)) taken++
    return taken
  }
  expect(['a', 'b', 'c', 'd'].map(take)).toEqual([8, 4, 2, 1])
  expect(semaphore.active).toBe(15)
  expect(semaphore.tryAcquire('e')).toBe(true)
})

it('passes a released permit to a waiter whose key may hold more', () => {
  const semaphore = createSemaphore({ limit: 4, reservesPermits: true })
  const received: string[] = []
  for (const key of ['a', 'a', 'b', 'c']) expect(semaphore.tryAcquire(key)).toBe(true)
  for (const key of ['a', 'b', 'd']) semaphore.enqueue(() => received.push(key), key)
  semaphore.release('a')
  expect(received).toEqual(['d'])
  semaphore.release('b')
  expect(received).toEqual(['d', 'b'])
  for (const key of ['b', 'c', 'd']) semaphore.release(key)
  expect(received).toEqual(['d', 'b', 'a'])
  expect(semaphore).toMatchObject({ active: 2, queued: 0 })
})
