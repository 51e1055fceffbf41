import { McpError } from '@mcp/protocol'
import { expect, it, vi } from 'vitest'

import { createListeners } from '../listeners.ts'
import { createReplicaCalls } from './replica-calls.ts'
import type { ReplicaChannel, ReplicaSubscriber } from './replica-channel.ts'

/** A channel in this process. `lose` drops the messages that match. */
function createChannel() {
  const subscribers = createListeners<(subscriber: ReplicaSubscriber) => void>()
  let lose = /^$/
  const channel: ReplicaChannel = {
    async publish(message) {
      await Promise.resolve()
      if (!lose.test(message)) subscribers.emit(({ onMessage }) => onMessage(message))
    },
    subscribe: (subscriber) => ({
      ready: undefined,
      stop: subscribers.add((deliver) => deliver(subscriber)),
    }),
  }
  return {
    channel,
    miss: () => subscribers.emit(({ onMissed }) => onMissed()),
    loseThose: (pattern: RegExp): void => {
      lose = pattern
    },
  }
}

function start() {
  const timers: { readonly ms: number; run: () => void }[] = []
  const clock = {
    now: () => 0,
    every: () => () => {},
    after(ms: number, run: () => void) {
      const timer = { ms, run }
      timers.push(timer)
      return () => void (timer.run = () => {})
    },
  }
  const shared = createChannel()
  const here = createReplicaCalls({ channel: shared.channel, clock })
  const there = createReplicaCalls({ channel: shared.channel, clock })
  const pass = (): void => {
    for (const { run } of timers.splice(0)) run()
  }
  return { ...shared, here, there, pass }
}

it('returns the messages and the result of the process that accepts the call', async () => {
  const { here, there } = start()
  here.handle('add', () => Promise.reject(new Error('called itself')))
  there.handle('add', async (params, { send }) => {
    send('before it returns')
    await Promise.resolve()
    send('two')
    return { params }
  })
  const received: unknown[] = []
  const call = await here.call('add', { a: 1 }, { onMessage: (each) => received.push(each) })
  expect(await call?.result).toEqual({ params: { a: 1 } })
  expect(received).toEqual(['before it returns', 'two'])
})

it('returns undefined if no process accepts the call in time', async () => {
  const { here, there, pass } = start()
  const handler = vi.fn<() => undefined>(() => undefined)
  there.handle('find', handler)
  const calling = here.call('find', 'a')
  await vi.waitFor(() => expect(handler).toHaveBeenCalled())
  pass()
  expect(await calling).toBeUndefined()
})

it('throws the error of the handler, with its code', async () => {
  const { here, there } = start()
  there.handle('fail', async () => {
    throw new McpError('conflict', 'Already decided.')
  })
  const call = await here.call('fail', {})
  await expect(call?.result).rejects.toMatchObject({
    code: 'conflict',
    message: 'Already decided.',
  })
})

it('aborts the call in the other process', async () => {
  const { here, there } = start()
  const { promise: aborted, resolve } = Promise.withResolvers<void>()
  there.handle('wait', (_params, { signal }) => {
    signal.addEventListener('abort', () => resolve())
    return aborted
  })
  const controller = new AbortController()
  const call = await here.call('wait', {}, { signal: controller.signal })
  controller.abort()
  await aborted
  await expect(call?.result).rejects.toMatchObject({ name: 'McpError' })
})

it('fails if a message was lost, the other process is silent, or signals were missed', async () => {
  const { here, there, pass, miss, loseThose } = start()
  there.handle('wait', () => new Promise(() => {}))
  there.handle('send', async (_params, { send }) => {
    send('lost')
    send('kept')
    return new Promise(() => {})
  })
  const lost = { code: 'unavailable', details: { reason: 'replica-lost' } }
  loseThose(/"lost"/)
  await expect((await here.call('send', {}))?.result).rejects.toMatchObject(lost)
  const silent = await here.call('wait', {})
  pass()
  await expect(silent?.result).rejects.toMatchObject(lost)
  const missed = await here.call('wait', {})
  miss()
  await expect(missed?.result).rejects.toMatchObject(lost)
})

it('broadcasts to the other processes, and ends its calls when it closes', async () => {
  const { here, there } = start()
  const own = vi.fn<() => undefined>()
  const other = vi.fn<(params: unknown) => undefined>()
  here.handle('changed', own)
  there.handle('changed', other)
  await here.broadcast('changed', { id: 1 })
  await vi.waitFor(() => expect(other.mock.calls[0]?.[0]).toEqual({ id: 1 }))
  expect(own).not.toHaveBeenCalled()
  there.handle('wait', () => new Promise(() => {}))
  const call = await here.call('wait', {})
  here.close()
  await expect(call?.result).rejects.toMatchObject({ code: 'unavailable' })
})
