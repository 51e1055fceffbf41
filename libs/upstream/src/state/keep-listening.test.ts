import { createManualClock } from '@mcp/protocol/testing'
import { Client } from '@modelcontextprotocol/client'
import { expect, it } from 'vitest'

import { keepListening } from './keep-listening.ts'

type Reason = 'local' | 'graceful' | 'remote'

/** A connection whose streams end on request. The client of the SDK has no way to end one as a server does. */
async function create() {
  const clock = createManualClock()
  const client = new Client({ name: 'test', version: '1.0.0' })
  const streams: ((reason: Reason) => void)[] = []
  let [isOpen, isRefused, attempts, resumed] = [true, false, 0, 0]
  client.listen = async () => {
    attempts += 1
    if (isRefused) throw new Error('refused')
    const { promise: closed, resolve } = Promise.withResolvers<Reason>()
    streams.push(resolve)
    return { honoredFilter: {}, closed, close: async () => resolve('local') }
  }
  const stop = await keepListening(
    { client, isOpen: () => isOpen },
    { toolsListChanged: true },
    { clock, random: () => 1, onResume: () => (resumed += 1) },
  )
  return {
    clock,
    stop,
    end: (reason: Reason) => streams.at(-1)?.(reason),
    close: () => (isOpen = false),
    refuse: (value: boolean) => (isRefused = value),
    counts: () => ({ attempts, resumed }),
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  }
}

it.each(['remote', 'graceful'] as const)('opens a stream again after a %s end', async (reason) => {
  const { clock, end, refuse, counts, settle } = await create()
  clock.advance(5000)
  end(reason)
  await settle()
  refuse(true)
  clock.advance(500)
  await settle()
  expect(counts()).toEqual({ attempts: 2, resumed: 0 })
  refuse(false)
  clock.advance(999)
  await settle()
  expect(counts()).toEqual({ attempts: 2, resumed: 0 })
  clock.advance(1)
  await settle()
  expect(counts()).toEqual({ attempts: 3, resumed: 1 })
})

it('opens no stream after a stop or the end of the connection', async () => {
  const stopped = await create()
  await stopped.stop()
  const closed = await create()
  closed.close()
  closed.end('remote')
  for (const { clock, counts, settle } of [stopped, closed]) {
    await settle()
    clock.advance(60_000)
    await settle()
    expect(counts()).toEqual({ attempts: 1, resumed: 0 })
  }
})
