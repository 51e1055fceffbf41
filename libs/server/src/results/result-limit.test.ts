import type { MaybePromise, RequestContext, ResponseEnvelope } from '@mcp/protocol'
import { createRequest, defineContract, operation } from '@mcp/protocol'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'

import type { DefineServerOptions } from '../define-server.ts'
import { defineServer } from '../define-server.ts'
import { isSurelyWithinBytes } from './json-size.ts'
import { createLargeResults } from './large-results.ts'

const library = defineContract({
  name: 'library',
  type: 'library-operation',
  target: 'volume',
  version: '1.0.0',
  operations: {
    read: operation({
      title: 'Read',
      description: 'Reads a volume.',
      params: z.object({ volume: z.string(), length: z.int() }),
      result: z.string(),
      examples: [{ params: { volume: 'Faust', length: 3 } }],
    }),
  },
})

type Options = DefineServerOptions<'read'> & { letter?: string }

function start({ letter = 'a', ...options }: Options = {}) {
  const server = defineServer(
    library,
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
    const payload = { volume: 'Faust', operation: operationName, params }
    return {
      server,
      response: server.process(createRequest('library-operation', payload), context),
    }
  }
}

async function dataOf(call: { response: MaybePromise<ResponseEnvelope> }) {
  const response = await call.response
  return response.status === 'success' ? response.data : { error: response.error }
}

/** Reads all pieces of a large result, and parses the joined text. */
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

it('returns a result of up to 64 KiB whole', async () => {
  const call = start()
  const maxLength = 64 * 1024 - 2
  expect(await dataOf(call('read', { length: maxLength }))).toEqual({
    result: 'a'.repeat(maxLength),
  })
  expect(await dataOf(call('read', { length: maxLength + 1 }))).not.toHaveProperty('result')
})

it('counts bytes, not characters', async () => {
  const call = start({ letter: 'ä', maxResultBytes: 100 })
  expect(await dataOf(call('read', { length: 49 }))).toHaveProperty('result')
  expect(await dataOf(call('read', { length: 50 }))).toHaveProperty('resultRef')
})

it('returns a preview of a larger result, and the whole in pieces through readResult', async () => {
  const call = start({ letter: '😀' })
  const { preview, resultRef, ...others } = await dataOf(call('read', { length: 60_000 }))
  expect(others).toEqual({})
  expect(preview).toMatch(/^"(😀)+$/u)
  expect(String(preview).length).toBeLessThanOrEqual(2000)
  expect(await readWhole(call, resultRef)).toBe('😀'.repeat(60_000))
})

it('marks a piece of an untrusted result as untrusted', async () => {
  const call = start()
  const { resultRef } = await dataOf(call('read', { length: 70_000 }))
  expect(await call('readResult', { resultRef }).response).toMatchObject({
    data: { result: { offset: 0, totalLength: 70_002, nextOffset: 65_536 } },
    metadata: { untrusted: true },
  })
})

it('does not return a result to another session', async () => {
  const call = start()
  const { resultRef } = await dataOf(call('read', { length: 70_000 }))
  expect(await call('readResult', { resultRef }, 's2').response).toMatchObject({
    error: { code: 'not-found' },
  })
})

it('removes a result when its session closes', async () => {
  const call = start()
  const { server, response } = call('read', { length: 70_000 })
  const { resultRef } = await dataOf({ response })
  await server.sessionClosed('s1')
  expect(await call('readResult', { resultRef }).response).toMatchObject({
    error: { code: 'not-found' },
  })
})

it('returns payload-too-large for a large result outside a session', async () => {
  const call = start()
  const { server } = call('read', { length: 1 })
  const response = await server.process(
    createRequest('library-operation', {
      volume: 'x',
      operation: 'read',
      params: { length: 70_000 },
    }),
    { signal: new AbortController().signal, deadline: Date.now() + 10_000 },
  )
  expect(response).toMatchObject({
    error: { code: 'payload-too-large', message: expect.stringContaining('65536 bytes') },
  })
})

it('returns a result of a self-paging operation whole', async () => {
  const call = start({ selfPaging: ['read'] })
  expect(await dataOf(call('read', { length: 70_000 }))).toEqual({ result: 'a'.repeat(70_000) })
})

it('throws if selfPaging names an unknown operation', () => {
  // @ts-expect-error the contract has no `reed`
  expect(() => start({ selfPaging: ['reed'] })).toThrow('Did you mean "read"?')
})

it('returns the documented example of readResult', async () => {
  const call = start()
  const { server } = call('read', { length: 1 })
  const description = await server.describe()
  const example = description.operations.find(({ operation: name }) => name === 'readResult')
    ?.examples[0]
  expect(await dataOf(call('readResult', example?.params ?? {}))).toEqual({
    result: example?.result,
  })
})

describe('createLargeResults', () => {
  const result = (sessionId: string, text: string, callerKey = sessionId) => ({
    sessionId,
    callerKey,
    text,
    isUntrusted: false,
  })

  it('evicts the oldest result of the session', () => {
    const results = createLargeResults({ maxSessionLength: 10 })
    const first = results.add(result('s1', 'aaaaaa')) ?? ''
    const second = results.add(result('s1', 'bbbb')) ?? ''
    const third = results.add(result('s1', 'cccc')) ?? ''
    expect([first, second, third].map((ref) => results.find('s1', ref)?.text)).toEqual([
      undefined,
      'bbbb',
      'cccc',
    ])
  })

  it('evicts the oldest result of the same caller, in any of its sessions', () => {
    const results = createLargeResults({ maxLength: 20 })
    const first = results.add(result('s1', 'aaaaaa', 'ann')) ?? ''
    const second = results.add(result('s2', 'bbbbbb', 'ann')) ?? ''
    expect(results.find('s1', first)).toBeUndefined()
    expect(results.find('s2', second)?.text).toBe('bbbbbb')
  })

  it('keeps the results of other callers, and refuses what exceeds the share of a caller', () => {
    const results = createLargeResults({ maxLength: 100, maxSessionLength: 40 })
    const ownRef = results.add(result('s1', 'a'.repeat(20))) ?? ''
    const add = (index: number) => results.add(result(`other ${index}`, 'b'.repeat(20), 'bob'))
    const refs = Array.from({ length: 20 }, (_, index) => add(index) ?? '')
    expect(results.find('s1', ownRef)?.text).toBe('a'.repeat(20))
    const stored = refs.filter((ref, index) => results.find(`other ${index}`, ref) !== undefined)
    expect(stored).toEqual(refs.slice(-2))
    expect(results.add(result('s3', 'c'.repeat(21)))).toBeUndefined()
    expect(results.add(result('s3', 'c'.repeat(20)))).toBeDefined()
  })

  it('does not store a result over the capacity', () => {
    const results = createLargeResults({ maxSessionLength: 10 })
    expect(results.add(result('s1', 'a'.repeat(11)))).toBeUndefined()
  })
})

describe('isSurelyWithinBytes', () => {
  it.each([1, 'text', null, undefined, true, [1, [2, { a: 'b' }]], { a: { b: [] } }])(
    'returns true for the small value %j',
    (value) => expect(isSurelyWithinBytes(value, 200)).toBe(true),
  )

  it.each([
    ['a large value', 'x'.repeat(200)],
    ['a value with many small parts', Array.from({ length: 100 }, () => 1)],
    ['a value with toJSON', { toJSON: () => 'x'.repeat(1000) }],
    ['a value that is not JSON', 1n],
  ])('returns false for %s', (_name, value) => {
    expect(isSurelyWithinBytes(value, 200)).toBe(false)
  })

  it('returns false for a circular value', () => {
    const loop: Record<string, unknown> = {}
    loop['loop'] = loop
    expect(isSurelyWithinBytes(loop, 1_000_000)).toBe(false)
  })
})
