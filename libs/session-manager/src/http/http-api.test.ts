import { createServiceSigner, serviceHeaders } from '@mcp/http'
import { systemClock } from '@mcp/protocol'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'

import type { TestManager } from '../test-manager.fixture.ts'
import { createTestManager, createTestServer } from '../test-manager.fixture.ts'

let service: TestManager
let id: string

beforeAll(async () => {
  const notes = createTestServer({
    add: { run: ({ payload }) => ({ result: payload }) },
    read: { hints: { readOnly: true }, run: () => ({}) },
  })
  service = createTestManager({ servers: [notes], serviceToken: 'secret' })
  id = await service.open()
})

afterAll(() => service.close())

const words =
  'id timestamp type payload metadata data clientId ttlMs action content operation params version source sessionId __proto__ length'
const word = fc.constantFrom(...words.split(' '))
const scalar = fc.oneof(
  fc.constantFrom('note-keeping', 'add', 'read', 'accept', '1.0', 'r-1', 'a-b', ''),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(word, fc.string({ maxLength: 5 })), tie('any'), { maxKeys: 6 }),
  ),
})).any
const body = fc.oneof(
  value.map((any) => JSON.stringify(any)),
  fc.dictionary(word, value, { maxKeys: 6 }).map((any) => JSON.stringify(any)),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.integer({ min: 1, max: 3000 }).map((depth) => '['.repeat(depth)),
)
const path = fc.constantFrom(
  () => '/sessions',
  () => `/sessions/${id}/requests`,
  () => `/sessions/${id}/notifications`,
  () => `/sessions/${id}/interactions/int-1`,
  () => '/notifications',
)
const sign = createServiceSigner({
  serviceToken: 'secret',
  audience: 'session-manager',
  clock: systemClock,
})
const signed = fc.boolean()

it('responds to any body with JSON: a success or an error of the caller', async () => {
  await fc.assert(
    fc.asyncProperty(path, body, signed, async (pathOf, text, isSigned) => {
      const { signature } = sign({ method: 'POST', path: pathOf(), header: () => undefined })
      const headers = isSigned ? { [serviceHeaders.signature]: signature } : undefined
      const response = await service.call('POST', pathOf(), text, headers)
      // Some successes have no body, such as a resolved interaction (204).
      const { error } = JSON.parse((await response.text()) || '{}')
      expect(response.status).toBeGreaterThanOrEqual(200)
      expect(response.status).toBeLessThan(500)
      expect(typeof error?.code).toBe(response.status < 400 ? 'undefined' : 'string')
    }),
    { numRuns: 500, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: true },
  )
})

it('responds to any method and path with JSON', async () => {
  const segment = fc.oneof(
    fc.constantFrom('sessions', 'requests', 'events', '..', '%', '%00', 'servers'),
    fc.webSegment(),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
      fc.array(segment, { maxLength: 5 }),
      async (method, segments) => {
        const handler = service.manager.fastRoute(method, `/${segments.join('/')}`)
        expect(['function', 'undefined']).toContain(typeof handler)
        const response = await service.call(method, `/${segments.join('/')}`)
        expect(response.headers.get('content-type')).toContain('application/json')
        expect(response.status).toBeLessThan(500)
      },
    ),
    { numRuns: 200 },
  )
})

it.each(['x', 'ä', '語', '😀'])('refuses metadata of more than 16 KiB: %s', async (text) => {
  const open = async (bytes: number) => {
    const size = new TextEncoder().encode(text).byteLength
    const left = bytes - JSON.stringify({ text: '' }).length
    const metadata = { text: text.repeat(Math.floor(left / size)) + 'x'.repeat(left % size) }
    const response = await service.call('POST', '/sessions', JSON.stringify({ metadata }))
    return { status: response.status, body: await response.json() }
  }
  expect(await open(16_385)).toMatchObject({
    status: 413,
    body: {
      error: { code: 'payload-too-large', details: { limit: 'metadataBytes', max: 16_384 } },
    },
  })
  expect(await open(16_384)).toMatchObject({ status: 201 })
})
