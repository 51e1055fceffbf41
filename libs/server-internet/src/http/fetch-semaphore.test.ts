import { expect, it } from 'vitest'

import { createFetchSemaphore } from './fetch-semaphore.ts'

it('rejects with unavailable if too many fetches wait', async () => {
  const semaphore = createFetchSemaphore(1)
  const controller = new AbortController()
  await semaphore.acquire()
  const waiting = Array.from({ length: 256 }, () => semaphore.acquire(controller.signal))
  await expect(semaphore.acquire()).rejects.toMatchObject({
    code: 'unavailable',
    details: { retryAfterMs: 1000 },
  })
  controller.abort(new Error('no longer needed'))
  const settled = await Promise.allSettled(waiting)
  expect(settled.every(({ status }) => status === 'rejected')).toBe(true)
})
