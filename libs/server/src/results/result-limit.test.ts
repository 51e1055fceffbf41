import type { MaybePromise, RequestContext, ResponseEnvelope } from '@mcp/protocol'
import { createRequest, defineContract, operation } from '@mcp/protocol'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'

import type { DefineServerOptions } from '../define-server.ts'
import { defineServer } from '../define-server.ts'
import { isSurelyWithinBytes } from './json-size.ts'
import { createLargeResults } from './large-results.ts'

const books = defineContract({
  name: 'books',
  type: 'book-operation',
  target: 'book',
  version: '1.0.0',
  operations: {
    read: operation({
      title: 'Read',
      description: 'Reads a book.',
      params: z.object({ book: z.string(), length: z.int() }),
      result: z.string(),
      examples: [{ params: { book: 'Faust', length: 3 } }],
    }),
  },
})

type Options = DefineServerOptions<'read'> & { letter?: string }

function start({ letter = 'a', ...options }: Options = {}) {
  const server = defineServer(
    books,
    {
      read({ length }, context) {
        context.markUntrusted()
        return letter.repeat(length)
      },
    },
    options,
  )
  return (operationName: string, params: object, sessionId: string | undefined = 's1') => {
    const context: RequestContext = {
      signal: new AbortController().signal,
      deadline: Date.now() + 10_000,
      sessionId,
    }
    const payload = { book: 'Faust', operation: operationName, params }
    return { server, response: server.process(createRequest('book-operation', payload), context) }
  }
}

async function dataOf(call: { response: MaybePromise<ResponseEnvelope> }) {
  const response = await call.response
  return response.status === 'success' ? response.data : { error: response.error }
}

/** All pieces of a large result, joined and parsed. */
async function readWhole(call: ReturnType<typeof start>, resultRef: unknown): Promise<unknown> {
  const pieceSchema = z.object({ text: z.string(), nextOffset: z.int().optional() })
  let text = ''
  for (let offset: number | undefined = 0; offset !== undefined;) {
    const { result } = z
      .object({ result: pieceSchema })
      .parse(await dataOf(call('readResult', { resultRef, offset, limit: 50_000 })))
    text += result.text
    offset = result.nextOffset
  }
  return JSON.parse(text)
}

it('answers a result of up to 64 KiB whole', async () => {
  const call = start()
  const largest = 64 * 1024 - 2
  expect(await dataOf(call('read', { length: largest }))).toEqual({ result: 'a'.repeat(largest) })
  expect(await dataOf(call('read', { length: largest + 1 }))).not.toHaveProperty('result')
})

it('counts bytes, not characters', async () => {
  const call = start({ letter: 'ä', maxResultBytes: 100 })
  expect(await dataOf(call('read', { length: 49 }))).toHaveProperty('result')
  expect(await dataOf(call('read', { length: 50 }))).toHaveProperty('resultRef')
})

it('answers a larger one by its beginning, and lets it be read whole piece by piece', async () => {
  const call = start({ letter: '😀' })
  const { preview, resultRef, ...others } = await dataOf(call('read', { length: 60_000 }))
  expect(others).toEqual({})
  expect(preview).toMatch(/^"(😀)+$/u)
  expect(String(preview).length).toBeLessThanOrEqual(2000)
  expect(await readWhole(call, resultRef)).toBe('😀'.repeat(60_000))
})

it('says what it is again where a piece came from outside', async () => {
  const call = start()
  const { resultRef } = await dataOf(call('read', { length: 70_000 }))
  expect(await call('readResult', { resultRef }).response).toMatchObject({
    data: { result: { offset: 0, totalLength: 70_002, nextOffset: 65_536 } },
    metadata: { untrusted: true },
  })
})

it('keeps a result from every other session, and from nobody at all', async () => {
  const call = start()
  const { resultRef } = await dataOf(call('read', { length: 70_000 }))
  expect(await call('readResult', { resultRef }, 's2').response).toMatchObject({
    error: { code: 'not-found' },
  })
})

it('keeps a result until its session closes', async () => {
  const call = start()
  const { server, response } = call('read', { length: 70_000 })
  const { resultRef } = await dataOf({ response })
  await server.sessionClosed('s1')
  expect(await call('readResult', { resultRef }).response).toMatchObject({
    error: { code: 'not-found' },
  })
})

it('refuses a large result where there is no session to keep it for', async () => {
  const call = start()
  const { server } = call('read', { length: 1 })
  const response = await server.process(
    createRequest('book-operation', { book: 'x', operation: 'read', params: { length: 70_000 } }),
    { signal: new AbortController().signal, deadline: Date.now() + 10_000 },
  )
  expect(response).toMatchObject({
    error: { code: 'payload-too-large', message: expect.stringContaining('65536 bytes') },
  })
})

it('answers a result whole where its operation bounds it by itself', async () => {
  const call = start({ selfPaging: ['read'] })
  expect(await dataOf(call('read', { length: 70_000 }))).toEqual({ result: 'a'.repeat(70_000) })
})

it('does not know an operation that is said to bound its results and is none', () => {
  // @ts-expect-error the contract has no `reed`
  expect(() => start({ selfPaging: ['reed'] })).toThrow('Did you mean "read"?')
})

it('answers its own example, in a session or not', async () => {
  const call = start()
  const { server } = call('read', { length: 1 })
  const description = await server.describe()
  const example = description.operations.find(({ operation: name }) => name === 'readResult')
    ?.examples[0]
  expect(await dataOf(call('readResult', example?.params ?? {}))).toEqual({
    result: example?.result,
  })
})

describe('the results that are kept', () => {
  const result = (sessionId: string, text: string) => ({ sessionId, text, isUntrusted: false })

  it('let the oldest of the session make room', () => {
    const kept = createLargeResults({ maxSessionLength: 10 })
    const first = kept.add(result('s1', 'aaaaaa')) ?? ''
    const second = kept.add(result('s1', 'bbbb')) ?? ''
    const third = kept.add(result('s1', 'cccc')) ?? ''
    expect([first, second, third].map((ref) => kept.find('s1', ref)?.text)).toEqual([
      undefined,
      'bbbb',
      'cccc',
    ])
  })

  it('let the oldest of all sessions make room', () => {
    const kept = createLargeResults({ maxLength: 10 })
    const first = kept.add(result('s1', 'aaaaaa')) ?? ''
    const second = kept.add(result('s2', 'bbbbbb')) ?? ''
    expect(kept.find('s1', first)).toBeUndefined()
    expect(kept.find('s2', second)?.text).toBe('bbbbbb')
  })

  it('are never larger than the room', () => {
    const kept = createLargeResults({ maxSessionLength: 10 })
    expect(kept.add(result('s1', 'a'.repeat(11)))).toBeUndefined()
  })
})

describe('the quick look at a size', () => {
  it.each([1, 'text', null, undefined, true, [1, [2, { a: 'b' }]], { a: { b: [] } }])(
    'sees that %j is small',
    (value) => expect(isSurelyWithinBytes(value, 200)).toBe(true),
  )

  it.each([
    ['what is large', 'x'.repeat(200)],
    ['what has many small parts', Array.from({ length: 100 }, () => 1)],
    ['what writes itself', { toJSON: () => 'x'.repeat(1000) }],
    ['what is no JSON', 1n],
  ])('leaves %s to a closer look', (_name, value) => {
    expect(isSurelyWithinBytes(value, 200)).toBe(false)
  })

  it('is not lost in a value that holds itself', () => {
    const loop: Record<string, unknown> = {}
    loop['loop'] = loop
    expect(isSurelyWithinBytes(loop, 1_000_000)).toBe(false)
  })
})
