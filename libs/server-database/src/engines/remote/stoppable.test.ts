import { expect, it } from 'vitest'

import { stoppable } from './stoppable.ts'

const ignored = { onStopped: async () => {}, onStuck: async () => {} }

it('resolves as the work does', async () => {
  const { signal } = new AbortController()
  const result = stoppable(async () => 42, { ...ignored, signal, stop: async () => {} })
  expect(await result).toBe(42)
})

it('repeats the request to stop if the first arrived before the statement', async () => {
  const controller = new AbortController()
  const work = Promise.withResolvers<never>()
  let requests = 0
  const stopped = stoppable(() => work.promise, {
    signal: controller.signal,
    async stop() {
      requests += 1
      if (requests === 2) work.reject(new Error('stopped at the server'))
    },
    onStopped: async () => void (requests += 100),
    onStuck: async () => {},
  })
  controller.abort(new Error('aborted'))
  await expect(stopped).rejects.toThrow('aborted')
  expect(requests).toBe(102)
})

it('gives up on work that does not end, and rejects with the reason of the signal', async () => {
  const controller = new AbortController()
  let stuck = false
  const stopped = stoppable(() => new Promise<never>(() => {}), {
    signal: controller.signal,
    stop: async () => {},
    onStopped: async () => {},
    async onStuck() {
      stuck = true
    },
  })
  controller.abort(new Error('aborted'))
  await expect(stopped).rejects.toThrow('aborted')
  expect(stuck).toBe(true)
})

it('does not start the work if the signal is already aborted', async () => {
  let started = false
  const stopped = stoppable(
    async () => {
      started = true
    },
    { ...ignored, signal: AbortSignal.abort(new Error('aborted')), stop: async () => {} },
  )
  await expect(stopped).rejects.toThrow('aborted')
  expect(started).toBe(false)
})
