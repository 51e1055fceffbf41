import type { RequestContext } from '@mcp/protocol'
import { createRequest, defineContract, McpError, operation } from '@mcp/protocol'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { weather } from '../examples/weather.ts'
import type { Handlers } from './define-server.ts'
import { defineServer } from './define-server.ts'

const handlers: Handlers<typeof weather> = {
  forecast: ({ city, days }) => ({ city, highs: Array.from({ length: days }, () => 4) }),
  report: ({ city, level }, context) => {
    if (level >= 3) context.notify('weather-alert', { city, level }, { sessionIds: 'all' })
    return { recorded: true }
  },
  cities: () => ['Oslo', 'Bergen'],
}

const server = defineServer(weather, handlers, { checkResults: true })

function context(options: Partial<RequestContext> = {}): RequestContext {
  return { signal: new AbortController().signal, deadline: Date.now() + 10_000, ...options }
}

function request(payload: Record<string, unknown>, options?: Partial<RequestContext>, on = server) {
  return on.process(createRequest('weather-forecast', payload, { id: 'req-1' }), context(options))
}

it('returns the result of the handler', async () => {
  expect(await request({ city: 'Oslo', operation: 'forecast', params: { days: 2 } })).toEqual({
    id: 'req-1',
    timestamp: expect.any(String),
    status: 'success',
    data: { result: { city: 'Oslo', highs: [4, 4] } },
    metadata: { version: '1.0', source: 'weather' },
  })
})

it('applies defaults, even if the request has no params', async () => {
  expect(await request({ city: 'Oslo', operation: 'forecast' })).toMatchObject({
    data: { result: { highs: [4, 4, 4] } },
  })
})

it('does not require a target if the params schema has none', async () => {
  expect(await request({ operation: 'cities' })).toMatchObject({
    data: { result: ['Oslo', 'Bergen'] },
  })
})

it('uses the whole payload of an alias as the params', async () => {
  const request = createRequest('storm-report', { city: 'Oslo', level: 2 })
  expect(await server.process(request, context())).toMatchObject({
    data: { result: { recorded: true } },
  })
})

it('reports the path of an invalid value in the payload of an alias', async () => {
  const request = createRequest('storm-report', { city: 'Oslo', level: 9 })
  expect(await server.process(request, context())).toMatchObject({
    error: { code: 'invalid-params', details: { issues: [{ path: ['payload', 'level'] }] } },
  })
})

it('reports the path of an invalid param on the wire', async () => {
  const response = await request({ city: 'Oslo', operation: 'forecast', params: { days: 'two' } })
  expect(response).toMatchObject({
    status: 'error',
    error: {
      code: 'invalid-params',
      message: expect.stringContaining('weather.forecast: payload.params.days: '),
      retryable: false,
      details: { issues: [{ path: ['payload', 'params', 'days'], message: expect.any(String) }] },
    },
  })
})

it('reports the path of an invalid target next to the params', async () => {
  expect(await request({ city: 'x', operation: 'forecast' })).toMatchObject({
    error: { code: 'invalid-params', details: { issues: [{ path: ['payload', 'city'] }] } },
  })
})

it('rejects a target inside the params, even if it is optional, and names the right location', async () => {
  const response = await request({ operation: 'forecast', params: { city: 'Oslo' } })
  expect(response).toMatchObject({
    error: {
      code: 'invalid-params',
      message: expect.stringContaining('must be beside "operation"'),
      details: { issues: [{ path: ['payload', 'params', 'city'] }] },
    },
  })
})

it('rejects params that are not an object', async () => {
  expect(await request({ city: 'Oslo', operation: 'forecast', params: [1] })).toMatchObject({
    error: { code: 'invalid-params', details: { issues: [{ path: ['payload', 'params'] }] } },
  })
})

it('suggests a similar operation', async () => {
  expect(await request({ city: 'Oslo', operation: 'forcast' })).toMatchObject({
    error: {
      code: 'not-found',
      message: 'weather has no operation "forcast". Did you mean "forecast"?',
      details: { near: ['forecast'], path: ['payload', 'operation'] },
    },
  })
})

it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'does not find an inherited property as the operation "%s"',
  async (name) => {
    expect(await request({ city: 'Oslo', operation: name })).toMatchObject({
      error: { code: 'not-found' },
    })
  },
)

it('lists the operations if the request names none', async () => {
  expect(await request({ city: 'Oslo' })).toMatchObject({
    error: {
      code: 'invalid-params',
      message: expect.stringContaining('"forecast", "report", "cities"'),
      details: { issues: [{ path: ['payload', 'operation'] }] },
    },
  })
})

it('rejects requests of another type', async () => {
  const response = await server.process(createRequest('constructor'), context())
  expect(response).toMatchObject({ error: { code: 'unknown-type' } })
})

it('throws if an operation has no handler', () => {
  const { forecast, report } = handlers
  expect(() =>
    // @ts-expect-error `cities` is missing
    defineServer(weather, { forecast, report }),
  ).toThrow('weather: "cities" has no handler')
})

it('throws if a handler has no operation', () => {
  expect(() =>
    // @ts-expect-error the contract has no `forcast`
    defineServer(weather, { ...handlers, forcast: () => ({ city: '', highs: [] }) }),
  ).toThrow('weather: unknown operation "forcast". Did you mean "forecast"?')
})

it('hides the message of an unexpected error, and reports it with the incident id of the response', async () => {
  const reported: { error: McpError; requestId: string | undefined }[] = []
  const failing = defineServer(
    weather,
    {
      ...handlers,
      cities() {
        throw new Error('the password is hunter2')
      },
    },
    { onError: (error, { request }) => reported.push({ error, requestId: request?.id }) },
  )

  const response = await request({ operation: 'cities' }, {}, failing)

  expect(response).toMatchObject({ status: 'error', error: { code: 'internal', retryable: false } })
  expect(JSON.stringify(response)).not.toContain('hunter2')
  expect(reported).toHaveLength(1)
  expect(reported[0]?.requestId).toBe('req-1')
  expect(reported[0]?.error.cause).toEqual(new Error('the password is hunter2'))
  expect(response).toMatchObject({ error: { details: reported[0]?.error.details } })
})

it.each([undefined, null, 'words', 42, { status: 404 }, Symbol('s')])(
  'returns an internal error with an incident id for a thrown %s',
  async (thrown) => {
    const failing = defineServer(weather, { ...handlers, cities: () => Promise.reject(thrown) })
    expect(await request({ operation: 'cities' }, {}, failing)).toMatchObject({
      error: { code: 'internal', message: expect.stringContaining('incident') },
    })
  },
)

it('returns an McpError of the handler without reporting it', async () => {
  const failing = defineServer(
    weather,
    {
      ...handlers,
      cities() {
        throw new McpError('x-out-of-season', 'There is no weather in winter.')
      },
    },
    { onError: () => expect.unreachable() },
  )
  expect(await request({ operation: 'cities' }, {}, failing)).toMatchObject({
    error: { code: 'x-out-of-season', message: 'There is no weather in winter.' },
  })
})

it('survives an onError that throws', async () => {
  const failing = defineServer(
    weather,
    { ...handlers, cities: () => Promise.reject(new Error('first')) },
    {
      onError() {
        throw new Error('second')
      },
    },
  )
  expect(await request({ operation: 'cities' }, {}, failing)).toMatchObject({
    error: { code: 'internal' },
  })
})

const loose = defineContract({
  name: 'loose',
  type: 'loose-operation',
  target: 'thing',
  version: '1.0.0',
  operations: {
    measure: operation({
      title: 'Measure',
      description: 'Measures.',
      params: z.object({}),
      result: z.object({ size: z.number(), parts: z.array(z.object({ id: z.int() })) }),
      examples: [{ params: {} }],
    }),
  },
})

it.each([
  [{ size: 'big', parts: [] }, 'size'],
  [{ size: 1, parts: [], colour: 'red' }, 'loose.measure.colour'],
  [{ size: 1, parts: [{ id: 1 }, { id: 2, secret: 3 }] }, 'loose.measure.parts[1].secret'],
])('reports a result that violates the contract if results are checked: %j', async (result, at) => {
  const reported: unknown[] = []
  const unchecked = defineServer(
    loose,
    // Returns an untyped value, as a handler in JavaScript could.
    { measure: () => JSON.parse(JSON.stringify(result)) },
    { checkResults: true, onError: ({ cause }) => reported.push(cause) },
  )
  const request = createRequest('loose-operation', { operation: 'measure' })
  expect(await unchecked.process(request, context())).toMatchObject({
    error: { code: 'internal' },
  })
  expect(reported).toEqual([expect.objectContaining({ message: expect.stringContaining(at) })])
})

it('does not check results by default', async () => {
  const unchecked = defineServer(loose, { measure: () => JSON.parse('{"size":"big"}') })
  const request = createRequest('loose-operation', { operation: 'measure' })
  expect(await unchecked.process(request, context())).toMatchObject({ status: 'success' })
})

it('marks the response as untrusted if the handler calls markUntrusted', async () => {
  const relaying = defineServer(weather, {
    ...handlers,
    cities(_params, context) {
      context.markUntrusted()
      return ['Atlantis']
    },
  })
  expect(await request({ operation: 'cities' }, {}, relaying)).toMatchObject({
    metadata: { untrusted: true },
  })
})

it('uses the published source of a built-in server, or the source option', () => {
  expect(defineServer({ ...weather, name: 'tools' }, handlers).source).toBe('mcp-server-3')
  expect(defineServer(weather, handlers, { source: 'my-weather' }).source).toBe('my-weather')
})
