import type { RequestContext } from '@mcp/protocol'
import { contentResult, createRequest, defineContract, operation } from '@mcp/protocol'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { defineServer } from '../define-server.ts'

const gallery = defineContract({
  name: 'gallery',
  type: 'gallery-operation',
  target: 'room',
  version: '1.0.0',
  operations: {
    show: operation({
      title: 'Show',
      description: 'Shows a picture.',
      params: z.object({ length: z.int() }),
      result: contentResult,
      examples: [{ params: { length: 1 } }],
    }),
    describe: operation({
      title: 'Describe',
      description: 'Describes a picture.',
      params: z.object({ length: z.int() }),
      result: z.string(),
      examples: [{ params: { length: 1 } }],
    }),
  },
})

const picture = (length: number) => ({
  content: [
    { type: 'image', data: 'A'.repeat(length), mimeType: 'image/png' },
    { type: 'block_of_a_later_revision', value: [1, { deep: true }] },
  ],
  structuredContent: [1, 2],
  isError: true,
  _meta: { 'example.com/pin': 7 },
  later: 'kept',
})

function start(checkResults = false) {
  const server = defineServer(
    gallery,
    { show: ({ length }) => picture(length), describe: ({ length }) => 'a'.repeat(length) },
    { checkResults },
  )
  const run = (name: string, length: number, context: Partial<RequestContext> = {}) =>
    server.process(createRequest('gallery-operation', { operation: name, params: { length } }), {
      signal: new AbortController().signal,
      deadline: Date.now() + 10_000,
      ...context,
    })
  return { server, run }
}

const preview = (length: number, maxBytes = 2000) =>
  `"${'a'.repeat(length)}"`.slice(0, Math.min(2000, maxBytes))

it.each([10, 1_000_000])(
  'returns content blocks unchanged, with %i characters of data and without a session',
  async (length) => {
    for (const checkResults of [false, true]) {
      const { run } = start(checkResults)
      expect(await run('show', length)).toMatchObject({ data: { result: picture(length) } })
    }
  },
)

it('returns content blocks whole even if the caller limits results', async () => {
  const { run } = start()
  const response = await run('show', 1000, { resultBytes: 10, sessionId: 's1' })
  expect(response).toMatchObject({ data: { result: picture(1000) } })
})

it.each([
  ['64 KiB by default', 100_000, undefined, false],
  ['more if the caller allows it', 100_000, 1_048_576, true],
  ['less if the caller limits it', 1000, 100, false],
  ['at most what the caller allows', 100_000, 100_001, false],
  ['exactly what the caller allows', 100_000, 100_002, true],
])('returns other results whole up to a size: %s', async (_what, length, resultBytes, isWhole) => {
  const { run } = start()
  const response = await run('describe', length, { resultBytes, sessionId: 's1' })
  expect(response).toMatchObject({
    data: isWhole ? { result: 'a'.repeat(length) } : { preview: preview(length, resultBytes) },
  })
})

it('names the limit of the caller in the error for a request without a session', async () => {
  expect(await start().run('describe', 100, { resultBytes: 50 })).toMatchObject({
    error: { code: 'payload-too-large', details: { max: 50 } },
  })
})

it('describes which operations return content blocks', async () => {
  const { operations } = await start().server.describe()
  const returning = operations.filter(({ returnsContent }) => returnsContent)
  expect(returning.map((described) => described.operation)).toEqual(['show'])
  expect(JSON.parse(JSON.stringify(returning))).toMatchObject([
    { returnsContent: true, resultSchema: { type: 'object', required: ['content'] } },
  ])
})
