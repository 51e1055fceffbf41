import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { fingerprint } from './requests/fingerprint.ts'
import type { Stage } from './test-manager.fixture.ts'
import { createStage, createTestServer } from './test-manager.fixture.ts'

let stage: Stage
let id: string

beforeAll(async () => {
  const notes = createTestServer({
    add: { run: ({ payload }) => ({ result: payload }) },
    read: { hints: { readOnly: true }, run: () => ({}) },
  })
  stage = createStage({ servers: [notes], serviceToken: 'secret' })
  id = await stage.open()
})

afterAll(() => stage.close())

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
const headers = fc.constantFrom<Record<string, string>>({}, { 'mcp-service-token': 'secret' })

it('answers any body with JSON, as success or the caller’s error', async () => {
  await fc.assert(
    fc.asyncProperty(path, body, headers, async (pathOf, text, sent) => {
      const response = await stage.call('POST', pathOf(), text, sent)
      // Not every success has a body: an interaction that was answered is a 204.
      const { error } = JSON.parse((await response.text()) || '{}')
      expect(response.status).toBeGreaterThanOrEqual(200)
      expect(response.status).toBeLessThan(500)
      expect(typeof error?.code).toBe(response.status < 400 ? 'undefined' : 'string')
    }),
    { numRuns: 500, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: true },
  )
})

it('answers any method and path with JSON', async () => {
  const segment = fc.oneof(
    fc.constantFrom('sessions', 'requests', 'events', '..', '%', '%00', 'servers'),
    fc.webSegment(),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
      fc.array(segment, { maxLength: 5 }),
      async (method, segments) => {
        const hot = stage.manager.fastRoute(method, `/${segments.join('/')}`)
        expect(['function', 'undefined']).toContain(typeof hot)
        const response = await stage.call(method, `/${segments.join('/')}`)
        expect(response.headers.get('content-type')).toContain('application/json')
        expect(response.status).toBeLessThan(500)
      },
    ),
    { numRuns: 200 },
  )
})

it('has one fingerprint for one payload, whatever the order of its keys', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (any) => {
      const copy: unknown = JSON.parse(JSON.stringify(any))
      expect(fingerprint('a', reversed(copy))).toBe(fingerprint('a', any))
      expect(Number.isSafeInteger(fingerprint('a', any))).toBe(true)
    }),
    { numRuns: 300 },
  )
})

it('has another fingerprint for another payload', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      fc.pre(canonical(left) !== canonical(right))
      expect(fingerprint('a', left)).not.toBe(fingerprint('a', right))
    }),
    { numRuns: 300 },
  )
})

it.each([
  [
    { a: 1, b: 2 },
    { a: 2, b: 1 },
  ],
  [{ a: { b: 1 } }, { b: { a: 1 } }],
  [
    [1, 2],
    [2, 1],
  ],
  [['ab'], ['a', 'b']],
  [{ a: [] }, { a: {} }],
  [{ a: '1' }, { a: 1 }],
  [{ a: null }, {}],
  [{ a: false }, { a: null }],
  [{ ab: 'c' }, { a: 'bc' }],
])('tells %j from %j', (left, right) => {
  expect(fingerprint('a', left)).not.toBe(fingerprint('a', right))
})

it('tells types apart, and finds no two alike among a hundred thousand', () => {
  expect(fingerprint('a', {})).not.toBe(fingerprint('b', {}))
  const seen = new Set<number>()
  for (let number = 0; number < 100_000; number++) seen.add(fingerprint('a', { number }))
  expect(seen.size).toBe(100_000)
})

function reversed(any: unknown): unknown {
  if (Array.isArray(any)) return any.map(reversed)
  if (typeof any !== 'object' || any === null) return any
  return Object.fromEntries(
    Object.entries(any)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}

function canonical(any: unknown): string {
  return JSON.stringify(any, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
