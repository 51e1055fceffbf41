import { expect, it } from 'vitest'

import { stoppable } from './stoppable.ts'

const quiet = { onStopped: async () => {}, onStuck: async () => {} }

it('gives what the work gives', async () => {
  const { signal } = new AbortController()
  const answer = stoppable(async () => 42, { ...quiet, signal, stop: async () => {} })
  expect(await answer).toBe(42)
})

it('tells the server again where it was told before the statement had begun', async () => {
  const caller = new AbortController()
  const work = Promise.withResolvers<never>()
  let told = 0
  const stopped = stoppable(() => work.promise, {
    signal: caller.signal,
    async stop() {
      told += 1
      if (told === 2) work.reject(new Error('stopped at the server'))
    },
    onStopped: async () => void (told += 100),
    onStuck: async () => {},
  })
  caller.abort(new Error('gone'))
  await expect(stopped).rejects.toThrow('gone')
  expect(told).toBe(102)
})

it('gives up on what does not end, and still tells the caller why it was stopped', async () => {
  const caller = new AbortController()
  let stuck = false
  const stopped = stoppable(() => new Promise<never>(() => {}), {
    signal: caller.signal,
    stop: async () => {},
    onStopped: async () => {},
    async onStuck() {
      stuck = true
    },
  })
  caller.abort(new Error('gone'))
  await expect(stopped).rejects.toThrow('gone')
  expect(stuck).toBe(true)
})

it('does not start for who is gone', async () => {
  let started = false
  const stopped = stoppable(
    async () => {
      started = true
    },
    { ...quiet, signal: AbortSignal.abort(new Error('gone')), stop: async () => {} },
  )
  await expect(stopped).rejects.toThrow('gone')
  expect(started).toBe(false)
})
