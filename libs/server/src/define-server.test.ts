import type { RequestContext } from '@mcp/protocol'
import { createRequest, defineContract, McpError, operation } from '@mcp/protocol'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { weather } from '../examples/weather.ts'
import type { Handlers } from './define-server.ts'
import { defineServer } from './define-server.ts'

const handlers: Handlers<typeof weather> = {
  forecast: ({ place, days }) => ({ place, highs: Array.from({ length: days }, () => 4) }),
  report: ({ place, level }, context) => {
    if (level >= 3) context.notify('weather-alert', { place, level }, { sessionIds: 'all' })
    return { recorded: true }
  },
  places: () => ['Oslo', 'Bergen'],
}

const server = defineServer(weather, handlers, { checkResults: true })

function context(options: Partial<RequestContext> = {}): RequestContext {
  return { signal: new AbortController().signal, deadline: Date.now() + 10_000, ...options }
}

function ask(payload: Record<string, unknown>, options?: Partial<RequestContext>, on = server) {
  return on.process(createRequest('weather-forecast', payload, { id: 'req-1' }), context(options))
}

it('answers a request with the result of its handler', async () => {
  expect(await ask({ place: 'Oslo', operation: 'forecast', params: { days: 2 } })).toEqual({
    id: 'req-1',
    timestamp: expect.any(String),
    status: 'success',
    data: { result: { place: 'Oslo', highs: [4, 4] } },
    metadata: { version: '1.0', source: 'weather' },
  })
})

it('fills in defaults, also where params are left out altogether', async () => {
  expect(await ask({ place: 'Oslo', operation: 'forecast' })).toMatchObject({
    data: { result: { highs: [4, 4, 4] } },
  })
})

it('does not need a target where the operation has none', async () => {
  expect(await ask({ operation: 'places' })).toMatchObject({
    data: { result: ['Oslo', 'Bergen'] },
  })
})

it('takes the whole payload of an alias as the params of its operation', async () => {
  const request = createRequest('storm-report', { place: 'Oslo', level: 2 })
  expect(await server.process(request, context())).toMatchObject({
    data: { result: { recorded: true } },
  })
})

it('says where in the payload of an alias a value is wrong', async () => {
  const request = createRequest('storm-report', { place: 'Oslo', level: 9 })
  expect(await server.process(request, context())).toMatchObject({
    error: { code: 'invalid-params', details: { issues: [{ path: ['payload', 'level'] }] } },
  })
})

it('says where on the wire a wrong param stands', async () => {
  const response = await ask({ place: 'Oslo', operation: 'forecast', params: { days: 'two' } })
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

it('says that the target is wrong where the target stands, beside the params', async () => {
  expect(await ask({ place: 'x', operation: 'forecast' })).toMatchObject({
    error: { code: 'invalid-params', details: { issues: [{ path: ['payload', 'place'] }] } },
  })
})

it('refuses a target among the params, even where none is needed, and says where it belongs', async () => {
  const response = await ask({ operation: 'forecast', params: { place: 'Oslo' } })
  expect(response).toMatchObject({
    error: {
      code: 'invalid-params',
      message: expect.stringContaining('belongs beside "operation"'),
      details: { issues: [{ path: ['payload', 'params', 'place'] }] },
    },
  })
})

it('refuses params that are no object', async () => {
  expect(await ask({ place: 'Oslo', operation: 'forecast', params: [1] })).toMatchObject({
    error: { code: 'invalid-params', details: { issues: [{ path: ['payload', 'params'] }] } },
  })
})

it('names the operation that was probably meant', async () => {
  expect(await ask({ place: 'Oslo', operation: 'forcast' })).toMatchObject({
    error: {
      code: 'not-found',
      message: 'weather has no operation "forcast". Did you mean "forecast"?',
      details: { near: ['forecast'], path: ['payload', 'operation'] },
    },
  })
})

it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'knows no operation "%s" merely because every object has it',
  async (name) => {
    expect(await ask({ place: 'Oslo', operation: name })).toMatchObject({
      error: { code: 'not-found' },
    })
  },
)

it('lists the operations where the request names none', async () => {
  expect(await ask({ place: 'Oslo' })).toMatchObject({
    error: {
      code: 'invalid-params',
      message: expect.stringContaining('"forecast", "report", "places"'),
      details: { issues: [{ path: ['payload', 'operation'] }] },
    },
  })
})

it('does not take requests of another type', async () => {
  const response = await server.process(createRequest('constructor'), context())
  expect(response).toMatchObject({ error: { code: 'unknown-type' } })
})

it('refuses a definition without a handler for each operation', () => {
  const { forecast, report } = handlers
  expect(() =>
    // @ts-expect-error `places` is missing
    defineServer(weather, { forecast, report }),
  ).toThrow('weather: "places" has no handler')
})

it('refuses a definition with a handler for no operation', () => {
  expect(() =>
    // @ts-expect-error the contract has no `forcast`
    defineServer(weather, { ...handlers, forcast: () => ({ place: '', highs: [] }) }),
  ).toThrow('weather: "forcast" is no operation. Did you mean "forecast"?')
})

it('hides what a handler threw, and reports it with the incident the answer names', async () => {
  const reported: { error: McpError; requestId: string | undefined }[] = []
  const failing = defineServer(
    weather,
    {
      ...handlers,
      places() {
        throw new Error('the password is hunter2')
      },
    },
    { onError: (error, { request }) => reported.push({ error, requestId: request?.id }) },
  )

  const response = await ask({ operation: 'places' }, {}, failing)

  expect(response).toMatchObject({ status: 'error', error: { code: 'internal', retryable: false } })
  expect(JSON.stringify(response)).not.toContain('hunter2')
  expect(reported).toHaveLength(1)
  expect(reported[0]?.requestId).toBe('req-1')
  expect(reported[0]?.error.cause).toEqual(new Error('the password is hunter2'))
  expect(response).toMatchObject({ error: { details: reported[0]?.error.details } })
})

it.each([undefined, null, 'words', 42, { status: 404 }, Symbol('s')])(
  'makes one clear error of a thrown %s',
  async (thrown) => {
    const failing = defineServer(weather, { ...handlers, places: () => Promise.reject(thrown) })
    expect(await ask({ operation: 'places' }, {}, failing)).toMatchObject({
      error: { code: 'internal', message: expect.stringContaining('incident') },
    })
  },
)

it('passes on an error a handler chose, without reporting it', async () => {
  const failing = defineServer(
    weather,
    {
      ...handlers,
      places() {
        throw new McpError('x-out-of-season', 'There is no weather in winter.')
      },
    },
    { onError: () => expect.unreachable() },
  )
  expect(await ask({ operation: 'places' }, {}, failing)).toMatchObject({
    error: { code: 'x-out-of-season', message: 'There is no weather in winter.' },
  })
})

it('survives an error reporter that fails itself', async () => {
  const failing = defineServer(
    weather,
    { ...handlers, places: () => Promise.reject(new Error('first')) },
    {
      onError() {
        throw new Error('second')
      },
    },
  )
  expect(await ask({ operation: 'places' }, {}, failing)).toMatchObject({
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
])(
  'reports a result that breaks the contract, where results are checked: %j',
  async (result, at) => {
    const reported: unknown[] = []
    const careless = defineServer(
      loose,
      // What a caller without types could write.
      { measure: () => JSON.parse(JSON.stringify(result)) },
      { checkResults: true, onError: ({ cause }) => reported.push(cause) },
    )
    const request = createRequest('loose-operation', { operation: 'measure' })
    expect(await careless.process(request, context())).toMatchObject({
      error: { code: 'internal' },
    })
    expect(reported).toEqual([expect.objectContaining({ message: expect.stringContaining(at) })])
  },
)

it('does not spend time on checking results unless told to', async () => {
  const trusting = defineServer(loose, { measure: () => JSON.parse('{"size":"big"}') })
  const request = createRequest('loose-operation', { operation: 'measure' })
  expect(await trusting.process(request, context())).toMatchObject({ status: 'success' })
})

it('marks an answer as untrusted where its handler says so', async () => {
  const relaying = defineServer(weather, {
    ...handlers,
    places(_params, context) {
      context.markUntrusted()
      return ['Atlantis']
    },
  })
  expect(await ask({ operation: 'places' }, {}, relaying)).toMatchObject({
    metadata: { untrusted: true },
  })
})

it('writes what the seven servers write as their source, or the source it is given', () => {
  expect(defineServer({ ...weather, name: 'tools' }, handlers).source).toBe('mcp-server-3')
  expect(defineServer(weather, handlers, { source: 'my-weather' }).source).toBe('my-weather')
})
