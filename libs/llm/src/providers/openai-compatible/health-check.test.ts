import { afterEach, expect, it } from 'vitest'

import type { Respond } from '../../fixtures/completions-server.ts'
import {
  closeCompletionsServers,
  json,
  startCompletionsServer,
} from '../../fixtures/completions-server.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible-provider.ts'

afterEach(closeCompletionsServers)

/** A clock that stands still until the test moves it. Its timers fire when the test calls them. */
function createManualClock() {
  let now = 0
  const timers: (() => void)[] = []
  return {
    advance: (ms: number) => (now += ms),
    fire: () => timers.splice(0).forEach((run) => run()),
    clock: {
      now: () => now,
      after(_ms: number, run: () => void) {
        timers.push(run)
        return () => {}
      },
      every: () => () => {},
    },
  }
}

async function createCheck(respond: Respond) {
  const { url, received } = await startCompletionsServer(respond)
  const { clock, ...time } = createManualClock()
  const provider = createOpenAiCompatibleProvider({ url, clock })
  return { check: () => provider.health?.(), received, ...time }
}

it.each([
  ['lists models', 200, { data: [] }],
  ['has no list of models', 404, {}],
  ['refuses the request', 400, { error: 'no' }],
  ['fails', 500, {}],
])('is healthy if the provider %s', async (_name, status, body) => {
  const { check } = await createCheck(json(status, body))
  expect(await check()).toEqual({ state: 'healthy' })
})

it.each([
  ['is unavailable', 503, 'is unavailable'],
  ['is overloaded', 529, 'is unavailable'],
  ['refuses the key', 401, 'refused the key'],
])('is unhealthy if the provider %s', async (_name, status, reason) => {
  const { check } = await createCheck(json(status, {}))
  expect(await check()).toEqual({ state: 'unhealthy', reason: expect.stringContaining(reason) })
})

it('is unhealthy if the provider cannot be reached, and healthy when it is back', async () => {
  let isAway = true
  const { check, received, advance } = await createCheck((response, request) => {
    if (isAway) request.socket.destroy()
    else json(200, { data: [] })(response, request)
  })
  const reason = expect.stringContaining('Cannot reach the language model provider')
  expect(await Promise.all([check(), check()])).toEqual([
    { state: 'unhealthy', reason },
    { state: 'unhealthy', reason },
  ])
  expect(received).toHaveLength(1)
  isAway = false
  advance(4999)
  expect(await check()).toMatchObject({ state: 'unhealthy' })
  advance(1)
  expect(await check()).toEqual({ state: 'healthy' })
  advance(29_999)
  await check()
  expect(received).toHaveLength(2)
  advance(1)
  await check()
  expect(received).toHaveLength(3)
})

it('is unhealthy if the provider does not respond', async () => {
  const { check, fire } = await createCheck(() => {})
  const checked = check()
  fire()
  expect(await checked).toEqual({
    state: 'unhealthy',
    reason: expect.stringContaining('did not respond'),
  })
})
