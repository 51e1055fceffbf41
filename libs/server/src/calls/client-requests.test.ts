import type {
  HandlerContext,
  InteractionRequest,
  InteractionResponse,
  LogLevel,
  RequestContext,
  RequestEvent,
} from '@mcp/protocol'
import { createRequest, defineContract, logLevels, operation } from '@mcp/protocol'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { createManualClock } from '@mcp/protocol/testing'
import { defineServer } from '../define-server.ts'

const office = defineContract({
  name: 'office',
  type: 'office-operation',
  target: 'room',
  version: '1.0.0',
  operations: {
    run: operation({
      title: 'Run',
      description: 'Runs.',
      params: z.object({}),
      result: z.unknown(),
      hints: { interactive: true },
      examples: [{ params: {} }],
    }),
  },
})

type Run = (context: HandlerContext) => unknown

/** Processes one request, and records the interactions and the events that the caller receives. */
function process(run: Run, context: Partial<RequestContext> = {}) {
  const time = createManualClock()
  const server = defineServer(office, { run: (_params, own) => run(own) }, { clock: time })
  const response = server.process(
    createRequest('office-operation', { operation: 'run' }, { id: 'req-1' }),
    { signal: new AbortController().signal, deadline: time.now() + 1000, ...context },
  )
  return { ...time, response }
}

/** Returns an `ask` that gives every interaction the same response. */
function respondWith(response: InteractionResponse) {
  const received: InteractionRequest[] = []
  const ask = async (interaction: InteractionRequest): Promise<InteractionResponse> => {
    received.push(interaction)
    return response
  }
  return { ask, received }
}

const sampling = {
  messages: [{ role: 'user', content: { type: 'text', text: 'Name a colour.' } }],
  maxTokens: 10,
} as const
const message = { role: 'assistant', content: { type: 'text', text: 'Red.' }, model: 'm-1' }
const text = { type: 'text', text: 'Red.' }

it('sends a form and returns its content, parsed with the schema', async () => {
  const { ask, received } = respondWith({ action: 'accept', content: { name: 'Ada' } })
  const schema = z.object({ name: z.string(), age: z.int().default(36) })
  const { response } = process(({ elicit }) => elicit({ message: 'Who?', schema }), { ask })
  expect(await response).toMatchObject({
    data: { result: { action: 'accept', content: { name: 'Ada', age: 36 } } },
  })
  expect(received).toMatchObject([
    { kind: 'elicitation', message: 'Who?', schema: { type: 'object', required: ['name'] } },
  ])
})

it('sends a URL, whose response needs no content', async () => {
  const { ask, received } = respondWith({ action: 'accept' })
  const url = 'https://example.com/pay'
  const { response } = process(({ elicit }) => elicit({ message: 'Pay.', url }), { ask })
  expect(await response).toMatchObject({ data: { result: { action: 'accept' } } })
  expect(received).toMatchObject([{ kind: 'elicitation', message: 'Pay.', url }])
})

it.each([
  ['one block', message],
  ['several blocks', { ...message, content: [text, text] }],
  ['fields of a later revision', { ...message, stopReason: 'toolUse', _meta: { 'x/y': 1 } }],
])('returns the sampled message with %s', async (_what, content) => {
  const { ask, received } = respondWith({ action: 'accept', content })
  const { response } = process(({ sample }) => sample(sampling), { ask })
  expect(await response).toMatchObject({ data: { result: content } })
  expect(received).toEqual([
    {
      kind: 'sampling',
      message: 'office.run requests a message from your language model.',
      sampling,
    },
  ])
})

it('returns the roots of the caller', async () => {
  const roots = [{ uri: 'file:///home/ada', name: 'Home' }, { uri: 'root://notes' }]
  const { ask, received } = respondWith({ action: 'accept', content: { roots } })
  const { response } = process(({ listRoots }) => listRoots(), { ask })
  expect(await response).toMatchObject({ data: { result: roots } })
  expect(received).toMatchObject([{ kind: 'roots' }])
})

it.each<[string, InteractionResponse['content'], Run, string]>([
  ['sampling', undefined, ({ sample }) => sample(sampling), 'expected object'],
  ['sampling', {}, ({ sample }) => sample(sampling), 'role'],
  ['sampling', { ...message, role: 'system' }, ({ sample }) => sample(sampling), 'role'],
  ['sampling', { ...message, content: 'Red.' }, ({ sample }) => sample(sampling), 'content'],
  ['sampling', { ...message, model: 5 }, ({ sample }) => sample(sampling), 'model'],
  ['roots', undefined, ({ listRoots }) => listRoots(), 'expected object'],
  ['roots', { roots: {} }, ({ listRoots }) => listRoots(), 'roots'],
  ['roots', { roots: [{ uri: 'notes' }] }, ({ listRoots }) => listRoots(), 'roots.0.uri'],
])('rejects a response to %s with the content %j', async (_kind, content, run, where) => {
  const { ask } = respondWith({ action: 'accept', content })
  expect(await process(run, { ask }).response).toMatchObject({
    error: {
      code: 'invalid-params',
      message: expect.stringContaining(where),
      details: { issues: expect.any(Array) },
    },
  })
})

it.each<[InteractionResponse['action'], string, Run]>([
  ['decline', 'sampling', ({ sample }) => sample(sampling)],
  ['cancel', 'sampling', ({ sample }) => sample(sampling)],
  ['decline', 'roots', ({ listRoots }) => listRoots()],
])('is forbidden after %s of %s', async (action, kind, run) => {
  const { ask } = respondWith({ action })
  expect(await process(run, { ask }).response).toMatchObject({
    error: {
      code: 'forbidden',
      message: expect.stringContaining(kind),
      details: { reason: 'interaction-declined', action },
    },
  })
})

it.each<[string, Run]>([
  ['elicit', ({ elicit }) => elicit({ message: 'Pay.', url: 'https://example.com/pay' })],
  ['sample', ({ sample }) => sample(sampling)],
  ['listRoots', ({ listRoots }) => listRoots()],
])('%s is unavailable if the caller cannot receive interactions', async (_name, run) => {
  expect(await process(run).response).toMatchObject({
    error: { code: 'unavailable', retryable: false, details: { reason: 'no-person' } },
  })
})

it.each<[string, string, string, Run]>([
  [
    'approval',
    'Approval timed out.',
    'approval-denied',
    ({ ask }) => ask({ kind: 'approval', message: 'Really?' }),
  ],
  [
    'elicitation',
    'The interaction of kind "elicitation" timed out.',
    'interaction-timed-out',
    ({ elicit }) => elicit({ message: 'Who?', schema: { type: 'object' } }),
  ],
  [
    'sampling',
    'The interaction of kind "sampling" timed out.',
    'interaction-timed-out',
    ({ sample }) => sample(sampling),
  ],
])('names the kind %s of an interaction that times out', async (_kind, words, reason, run) => {
  const { response, advance, pending } = process(run, { ask: () => new Promise(() => {}) })
  advance(1000)
  expect(await response).toMatchObject({
    error: { code: 'forbidden', message: words, details: { reason } },
  })
  expect(pending()).toBe(0)
})

const logAll: Run = ({ log }) => {
  for (const level of logLevels) log(level, { level })
}

function levelsOf(events: readonly RequestEvent[]) {
  return events.map(({ type, data }) => [type, data['level']])
}

it('sends log messages with their data and logger', async () => {
  const events: RequestEvent[] = []
  const run: Run = ({ log }) => {
    log('warning', { disk: 'full' }, 'storage')
    log('info', 'done')
  }
  await process(run, { onEvent: (event) => events.push(event) }).response
  expect(events).toEqual([
    {
      type: 'log',
      data: { requestId: 'req-1', level: 'warning', data: { disk: 'full' }, logger: 'storage' },
    },
    { type: 'log', data: { requestId: 'req-1', level: 'info', data: 'done' } },
  ])
})

it.each<[LogLevel | undefined, readonly LogLevel[]]>([
  [undefined, logLevels],
  ['debug', logLevels],
  ['warning', ['warning', 'error', 'critical', 'alert', 'emergency']],
  ['emergency', ['emergency']],
])('sends to a client with the log level %s only %j', async (logLevel, expected) => {
  const events: RequestEvent[] = []
  const client = { capabilities: {}, logLevel }
  await process(logAll, { client, onEvent: (event) => events.push(event) }).response
  expect(levelsOf(events)).toEqual(expected.map((level) => ['log', level]))
})

it('drops log messages if the caller receives no events', async () => {
  expect(await process(logAll).response).toMatchObject({ status: 'success' })
})

it('passes the client to the handler as it declared itself', async () => {
  const client = {
    capabilities: { elicitation: { url: {} } },
    logLevel: 'error',
    info: { name: 'inspector', version: '2.12.0' },
  } as const
  const { response } = process((context) => context.client, { client })
  expect(await response).toMatchObject({ data: { result: client } })
})
