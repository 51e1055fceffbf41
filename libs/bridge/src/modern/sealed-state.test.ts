import { McpError, systemClock } from '@mcp/protocol'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { createStateSeal } from './sealed-state.ts'
import type { Round } from './waiting-call.ts'
import { createWaitingCalls } from './waiting-calls.ts'

const seal = createStateSeal('secret')

function stateOf(operationState: string) {
  return {
    callId: '',
    round: 1,
    expiresAt: 1,
    scope: '["ann","","ses-1"]',
    digest: 'abc',
    relayed: { state: operationState },
  }
}

it('opens each state that it seals, and refuses the others when it seals', async () => {
  const piece = fc.constantFrom('a', '"', '\\', '\n', '\u0001', 'é', '漢', '😀', '\ud800')
  const text = fc
    .tuple(piece, fc.integer({ min: 0, max: 60_000 }))
    .map(([each, count]) => each.repeat(count))
  const counts = { opened: 0, 'payload-too-large': 0, other: 0 }
  await fc.assert(
    fc.asyncProperty(text, async (operationState) => {
      counts[await roundTrip(operationState)] += 1
    }),
  )
  expect(counts.other).toBe(0)
  expect(counts.opened).toBeGreaterThan(0)
  expect(counts['payload-too-large']).toBeGreaterThan(0)
})

/** Seals a state and opens it. Returns whether it is unchanged, or the code of the refusal. */
async function roundTrip(operationState: string) {
  try {
    const opened = await seal.open(await seal.seal(stateOf(operationState)))
    return opened?.relayed?.state === operationState ? 'opened' : 'other'
  } catch (thrown) {
    return McpError.is(thrown) && thrown.code === 'payload-too-large' ? thrown.code : 'other'
  }
}

function startCalls() {
  return createWaitingCalls({ seal, clock: systemClock, maxPerScope: 1, waitMs: 60_000 })
}

function roundOf(scope: string): Round {
  const { signal } = new AbortController()
  return { scope, digest: 'abc', responses: {}, signal, notify() {} }
}

it('fails a call whose operation sets a state that is too large', async () => {
  const calls = startCalls()
  const starting = calls.start(roundOf('ann'), async ({ rounds }) => {
    rounds?.require({ requests: {}, state: '"'.repeat(32_000) })
  })
  await expect(starting).rejects.toMatchObject({ code: 'payload-too-large' })
})

it('cancels a call whose own state is too large, and frees its place', async () => {
  const calls = startCalls()
  const scope = 'x'.repeat(60_000)
  for (let attempt = 0; attempt < 2; attempt++) {
    let reason: unknown
    const starting = calls.start(roundOf(scope), async ({ signal }, ask) => {
      signal.addEventListener('abort', () => (reason = signal.reason))
      await ask({ method: 'roots/list', params: {} })
    })
    await expect(starting).rejects.toMatchObject({ code: 'payload-too-large' })
    expect(reason).toMatchObject({ code: 'payload-too-large' })
  }
})
