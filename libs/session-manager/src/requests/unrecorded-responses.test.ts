import { afterEach, describe, expect, it } from 'vitest'

import { createMemoryStores } from '../store/memory/memory-stores.ts'
import { storeFailure } from '../store/store-failure.ts'
import type { Stores } from '../store/stores.ts'
import { createManualClock } from '@mcp/protocol/testing'
import { createTestManager, createTestServer } from '../test-manager.fixture.ts'

/** Stores that fail to record responses while `isFailing` is true. */
function createFailingStores(): Stores & { isFailing: boolean } {
  const stores = createMemoryStores()
  const failing = {
    ...stores,
    isFailing: true,
    responses: {
      claim: (...call: Parameters<Stores['responses']['claim']>) => stores.responses.claim(...call),
      settle(...call: Parameters<Stores['responses']['settle']>) {
        if (failing.isFailing) throw storeFailure('The disk is full.')
        return stores.responses.settle(...call)
      },
    },
    health: () => ({ failure: failing.isFailing ? 'The disk is full.' : undefined, errors: 7 }),
  }
  return failing
}

describe('a response that the store does not record', () => {
  const notes = createTestServer({ add: { run: () => ({ result: 'added' }) } })
  const stores = createFailingStores()
  const clock = createManualClock()
  const errors: unknown[] = []
  const test = createTestManager({
    servers: [notes],
    stores,
    clock,
    onError: (error) => errors.push(error),
  })
  afterEach(() => test.close())

  it('is returned, repeated from memory without a second run, and recorded later', async () => {
    const session = await test.open()
    const first = await test.request(session, 'add', { id: 'r-1' })
    expect(first.status).toBe(200)
    const body = await first.text()
    for (let attempt = 0; attempt < 3; attempt++) {
      const repeated = await test.request(session, 'add', { id: 'r-1' })
      expect(await repeated.text()).toBe(body)
      clock.advance(5000)
    }
    const other = await test.request(session, 'add', { id: 'r-1', params: { other: true } })
    expect(other.status).toBe(409)
    expect(notes.runs.get('add')).toBe(1)
    // The store reports its own failures.
    expect(errors).toEqual([])

    const ready = await test.call('GET', '/ready')
    expect(ready.status).toBe(503)
    expect((await ready.json()).error.message).toBe('The disk is full.')
    expect(test.metrics.valueOf('mcp_store_errors_total')).toBe(7)

    stores.isFailing = false
    clock.advance(1000)
    const claim = { requestId: 'r-1', fingerprint: 0, at: clock.now(), rerunLost: false }
    const found = await stores.responses.claim(session, claim)
    expect(found).toMatchObject({ type: 'settled', response: { status: 200, body } })
    expect((await test.call('GET', '/ready')).status).toBe(200)
    expect(await (await test.request(session, 'add', { id: 'r-1' })).text()).toBe(body)
    expect(notes.runs.get('add')).toBe(1)
  })
})

it('reports at once that the outcome of a request is unknown if its process has ended', async () => {
  const stores = createMemoryStores()
  const notes = createTestServer({ add: { run: () => ({}) } })
  const test = createTestManager({ servers: [notes], stores })
  const session = await test.open()
  const add = (id: string) => test.request(session, 'add', { id })
  // The request is claimed, but this session manager does not run it. The stores are not shared, so the
  // process that claimed the request has ended.
  const settle = stores.responses.settle.bind(stores.responses)
  stores.responses.settle = () => {
    throw storeFailure('The disk is full.')
  }
  await add('r-1')
  await test.close()
  const next = createTestManager({ servers: [notes], stores })
  const response = await next.request(session, 'add', { id: 'r-1' })
  expect((await response.json()).error.details.reason).toBe('outcome-unknown')
  expect(notes.runs.get('add')).toBe(1)
  stores.responses.settle = settle
  await next.close()
})
