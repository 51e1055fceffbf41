import { expect, it } from 'vitest'

import { handleFetch } from './handle-fetch.ts'
import { jsonResponse } from './text-response.ts'
import { McpError } from '@mcp/protocol'
import { processBodyBudget } from './body/body-budget.ts'
import { decodeJsonBody, readJson, readOptionalJson } from './body/read-json.ts'

const post = (body: BodyInit): Request =>
  new Request('http://service.test/', { method: 'POST', body })

it('passes the body to the handler and returns its response', async () => {
  const response = await handleFetch(
    () =>
      ({ body }) =>
        jsonResponse(201, { length: body.byteLength }),
    post('four'),
  )
  expect(response.status).toBe(201)
  expect(await response.json()).toEqual({ length: 4 })
})

it('refuses a body over the limit before it is whole', async () => {
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
  })
  const request = new Request('http://service.test/', {
    method: 'POST',
    body: endless,
    duplex: 'half',
  } as RequestInit)
  const response = await handleFetch(() => () => jsonResponse(200, {}), request, undefined, 5000)
  expect(response.status).toBe(413)
})

it('lets the handler create the response to a body that is refused', async () => {
  const maxBytes = 64 * 1024 * 1024
  const handler = Object.assign(() => jsonResponse(200, {}), {
    fail: (thrown: unknown) => jsonResponse(418, { code: McpError.from(thrown).code }),
  })
  const codeOf = async () =>
    (await handleFetch(() => handler, post('x'.repeat(20)), undefined, 10)).json()
  expect(await codeOf()).toEqual({ code: 'payload-too-large' })
  processBodyBudget.reserve(maxBytes, 0)
  const response = await handleFetch(() => handler, post('x'))
  processBodyBudget.release(maxBytes)
  expect(response.status).toBe(418)
  expect(await response.json()).toEqual({ code: 'unavailable' })
})

it('returns an error as JSON with the status of its code', async () => {
  const response = await handleFetch(() => {
    throw new McpError('rate-limited', 'Too many.', { details: { retryAfterMs: 1500 } })
  }, post(''))
  expect(response.status).toBe(429)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(await response.json()).toMatchObject({ error: { code: 'rate-limited', retryable: true } })
})

it('streams bytes, reports how many are queued, and stops the source when the reader disconnects', async () => {
  const waiting: number[] = []
  let stopped = false
  const response = await handleFetch(
    () => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      stream(sink) {
        waiting.push(sink.write(new Uint8Array(10)), sink.write(new Uint8Array(5)))
        return () => {
          stopped = true
        }
      },
    }),
    post(''),
  )
  expect(waiting).toEqual([10, 15])
  const reader = response.body?.getReader()
  expect((await reader?.read())?.value).toHaveLength(10)
  await reader?.cancel()
  expect(stopped).toBe(true)
})

it('accepts every JSON content type, and no other', () => {
  const body = new TextEncoder().encode('{}')
  expect(decodeJsonBody(body, 'application/json; charset=utf-8')).toBe('{}')
  expect(decodeJsonBody(body, 'application/problem+json')).toBe('{}')
  expect(decodeJsonBody(body, undefined)).toBe('{}')
  expect(() => decodeJsonBody(body, 'text/plain')).toThrow('Send "application/json"')
  expect(() => decodeJsonBody(new Uint8Array([0xff]), undefined)).toThrow('not valid UTF-8')
})

it('refuses a body without a content type from a browser', () => {
  const body = new TextEncoder().encode('{}')
  const from = (headers: Readonly<Record<string, string>>) => () =>
    readJson({ body, header: (name) => headers[name] })
  expect(from({})()).toEqual({})
  expect(from({ origin: 'http://localhost:3000', 'content-type': 'application/json' })()).toEqual(
    {},
  )
  expect(from({ origin: 'http://localhost:3000' })).toThrow('Missing content type')
  expect(from({ 'sec-fetch-site': 'cross-site' })).toThrow('Missing content type')
})

it('refuses an empty body without a content type from a browser', () => {
  const from = (headers: Readonly<Record<string, string>>) => () =>
    readOptionalJson({ body: new Uint8Array(), header: (name) => headers[name] })
  expect(from({})()).toEqual({})
  const origin = 'http://localhost:8080'
  expect(from({ origin, 'content-type': 'application/json' })()).toEqual({})
  expect(from({ origin })).toThrow('Missing content type')
  // The content type of `navigator.sendBeacon`.
  expect(from({ origin, 'content-type': 'text/plain' })).toThrow('Unsupported content type')
})

it('refuses a body with too many values', () => {
  const body = new TextEncoder().encode(`[${'1,'.repeat(100)}1]`)
  const header = () => 'application/json'
  expect(() => readJson({ body, header }, { maxValues: 50 })).toThrow('more than 50 values')
})
