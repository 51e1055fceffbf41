import { expect, it, vi } from 'vitest'

import { createTestManager, createTestServer } from '../test-manager.fixture.ts'
import { createRequestMemory } from './request-memory.ts'

const kibibyte = 1024

it('leaves half of the memory to other callers', () => {
  const memory = createRequestMemory(1000 * kibibyte)
  const add = (owner: string | undefined, size: number) => {
    memory.assertCapacity(owner, size * kibibyte)
    memory.add(owner, size * kibibyte)
  }
  add('ann', 400)
  add('ann', 100)
  expect(() => add('ann', 20)).toThrow(
    'Your requests in flight would exceed your share of the 1024000 bytes for all callers',
  )
  add('bob', 250)
  expect(() => add('bob', 20)).toThrow('retry later')
  memory.remove('ann', 500 * kibibyte)
  add('bob', 200)
  add('ann', 200)
})

it('accepts small requests in any case, and all of the memory without authentication', () => {
  const memory = createRequestMemory(1000 * kibibyte)
  memory.assertCapacity(undefined, 1000 * kibibyte)
  memory.add(undefined, 1000 * kibibyte)
  expect(() => memory.assertCapacity(undefined, 16 * kibibyte)).toThrow('exceed')
  memory.assertCapacity(undefined, 16 * kibibyte - 1)
  memory.assertCapacity('ann', 16 * kibibyte - 1)
})

it('refuses large requests beyond it, whether or not the others are still awaited', async () => {
  const started: string[] = []
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const notes = createTestServer({
    wait: {
      async run({ id }) {
        started.push(id)
        await released
        return {}
      },
    },
    add: { run: () => ({}) },
  })
  // The requests in flight may have 400,000 bytes: four bodies of the maximum size.
  const limits = { maxBodyBytes: 100_000, maxInFlightBytes: 0 }
  const service = createTestManager({ servers: [notes], limits })
  const session = await service.open()
  const params = { text: 'x'.repeat(60_000) }
  const submit = async (number: number) =>
    service.request(session, 'wait', { id: `r-${number}`, params })
  const pending = [1, 2, 3, 4, 5, 6].map(submit)
  await vi.waitFor(() => expect(started).toHaveLength(6))
  const refused = await submit(7)
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({
    error: { code: 'unavailable', retryable: true, details: { limit: 'requests' } },
  })
  expect((await service.request(session, 'add', { id: 'small' })).status).toBe(200)
  const repeated = submit(1)
  release()
  for (const response of await Promise.all([...pending, repeated])) {
    expect(response.status).toBe(200)
  }
  expect(started).toHaveLength(6)
  expect((await submit(8)).status).toBe(200)
  await service.close()
})
