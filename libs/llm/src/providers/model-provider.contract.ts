import { afterEach, describe, expect, it, vi } from 'vitest'

import { collect, failure } from '../fixtures/results.ts'
import type { StandIn, StandInResponse } from '../fixtures/stand-ins/stand-in.ts'
import { closeStandIns, eventOf, key, startStandIn } from '../fixtures/stand-ins/stand-in.ts'
import type { StandInTurn, WireFormat } from '../fixtures/stand-ins/wire-format.ts'
import { usage } from '../fixtures/stand-ins/wire-format.ts'
import type { ModelMessage, ModelRequest, ModelResponse } from './model-provider.ts'

const question = { role: 'user', content: 'What is 2 + 3?' } as const
const add = {
  name: 'add',
  description: 'Adds two numbers.',
  parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } },
}
const request: ModelRequest = { messages: [question], system: 'Be brief.', tools: [add] }
const hello: StandInTurn = { text: ['Hello ', 'there.'] }
const calls = [
  { id: 'call_1', name: 'add', arguments: ['{"a":2,', '"b":3}'] },
  { id: 'call_2', name: 'add', arguments: ['{"a":4,"b":5}'] },
]
const signed: StandInTurn = { reasoning: 'Two sums.', signature: 'SIG"1', calls }

/** Tests that every provider passes, with a stand-in for its wire format. */
export function describeModelProvider(format: WireFormat): void {
  const start = (...responses: readonly StandInResponse[]) => startStandIn(format, responses)
  const read = async ({ provider }: StandIn, sent = request) => collect(provider.stream(sent))
  const responseOf = (events: Awaited<ReturnType<typeof collect>>): ModelResponse => {
    const last = events.at(-1)
    if (last?.type === 'response-finished') return last.response
    throw new Error('The stream ended without a response.')
  }
  const textOf = (events: Awaited<ReturnType<typeof collect>>, type: string): string =>
    events.map((event) => ('text' in event && event.type === type ? event.text : '')).join('')

  describe(`provider ${format.name}`, () => {
    afterEach(closeStandIns)

    it('streams reasoning, text and parallel calls, and reports all tokens', async () => {
      const events = await read(await start({ turn: { ...signed, ...hello } }))
      const response = responseOf(events)
      expect(textOf(events, 'reasoning-delta')).toBe('Two sums.')
      expect(events.filter(({ type }) => type === 'text-delta')).toHaveLength(2)
      expect(response).toMatchObject({ text: 'Hello there.', stopReason: 'tool-calls' })
      expect(response.toolCalls).toMatchObject([
        { name: 'add', arguments: { a: 2, b: 3 } },
        { name: 'add', arguments: { a: 4, b: 5 } },
      ])
      for (const call of response.toolCalls) {
        const pieces = events.filter(
          (event) => event.type === 'arguments-delta' && event.id === call.id,
        )
        expect(JSON.parse(textOf(pieces, 'arguments-delta'))).toEqual(call.arguments)
        expect(pieces[0]).toMatchObject({ name: 'add' })
      }
      expect(response.usage).toEqual({
        inputTokens: usage.input,
        outputTokens: usage.output,
        cachedTokens: usage.cached,
        ...(response.usage.reasoningTokens === undefined
          ? {}
          : { reasoningTokens: usage.reasoning }),
      })
    })

    it('generates the same response without a stream, and sends the key', async () => {
      const { provider, headers } = await start({ turn: hello })
      expect(await provider.generate(request)).toMatchObject({
        text: 'Hello there.',
        stopReason: 'stop',
        toolCalls: [],
      })
      expect(headers[0]?.[format.keyHeader]).toContain(key)
    })

    it('sends signatures back after the message has been stored as JSON', async () => {
      const standIn = await start({ turn: signed }, { turn: hello })
      const first = responseOf(await read(standIn))
      const messages: ModelMessage[] = [question, assistant(first), ...resultsOf(first)]
      const stored: ModelMessage[] = JSON.parse(JSON.stringify(messages))
      const second = await standIn.provider.generate({ ...request, messages: stored })
      expect(second.text).toBe('Hello there.')
      expect(standIn.bodies).toHaveLength(2)
    })

    it('sends a call without its signature to another model', async () => {
      const standIn = await start({ turn: signed }, { turn: hello })
      const first = responseOf(await read(standIn))
      const messages = [question, assistant(first), ...resultsOf(first)]
      const model = 'gpt-5'
      const error = await failure(standIn.provider.generate({ ...request, messages, model }))
      expect(error.message).toContain('Missing signature.')
    })

    it.each([
      [401, {}, { code: 'upstream-error', retryable: false, details: { reason: 'provider-auth' } }],
      [403, {}, { code: 'upstream-error', retryable: false, details: { reason: 'provider-auth' } }],
      [429, {}, { code: 'rate-limited', retryable: true }],
      [
        429,
        { 'retry-after': '3' },
        { code: 'rate-limited', retryable: true, details: { retryAfterMs: 3000 } },
      ],
      [500, {}, { code: 'upstream-error', retryable: true, details: { status: 500 } }],
      [503, { 'retry-after': '1' }, { code: 'unavailable', details: { retryAfterMs: 1000 } }],
      [404, {}, { code: 'not-found', details: { reason: 'model-not-found' } }],
    ])('reports HTTP %i with %j, without the key', async (status, headers, expected) => {
      const standIn = await start({ status, headers, message: `Bad key ${key}.` })
      const error = await failure(read(standIn))
      expect(error).toMatchObject(expected)
      expect(JSON.stringify([error.message, error.details])).not.toContain('0123456789')
      expect(standIn.bodies).toHaveLength(1)
    })

    it('reports an error event of a stream', async () => {
      const raw = [eventOf(format.events(hello)[0]), eventOf(format.error(500, 'Overloaded.'))]
      const error = await failure(read(await start({ raw, ending: 'end' })))
      expect(error).toMatchObject({ retryable: true })
      expect(error.message).toContain('Overloaded.')
    })

    it.each(['break', 'end'] as const)('reports a stream that is cut by "%s"', async (ending) => {
      const raw = format.events(hello).slice(0, -2).map(eventOf)
      const { provider } = await start({ raw: raw.slice(0, 4), ending })
      const error = await failure(collect(provider.stream(request)))
      expect(error).toMatchObject({ retryable: true, details: { reason: 'stream-broken' } })
    })

    it('ends a response that sends no further event', async () => {
      const raw = format.events(hello).slice(0, 2).map(eventOf)
      const responses = [{ raw, ending: 'wait' }] as const
      const { provider, closed } = await startStandIn(format, responses, { timeoutMs: 200 })
      expect(await failure(collect(provider.stream(request)))).toMatchObject({ code: 'timeout' })
      await vi.waitFor(() => expect(closed()).toBe(1))
    })

    it('ends the request when the caller aborts', async () => {
      const raw = format.events(hello).slice(0, 2).map(eventOf)
      const { provider, bodies, closed } = await start({ raw, ending: 'wait' })
      const controller = new AbortController()
      const { signal } = controller
      const ended = failure(collect(provider.stream(request, { signal })))
      await vi.waitFor(() => expect(bodies).toHaveLength(1))
      controller.abort()
      expect(await ended).toMatchObject({ code: 'cancelled' })
      await vi.waitFor(() => expect(closed()).toBe(1))
    })

    it('ends the request when the caller stops reading', async () => {
      const raw = format.events(hello).slice(0, -1).map(eventOf)
      const { provider, closed } = await start({ raw, ending: 'wait' })
      for await (const event of provider.stream(request)) if (event.type === 'text-delta') break
      await vi.waitFor(() => expect(closed()).toBe(1))
    })

    const depth = 20_000
    it.each([
      ['no JSON', '{"type":'],
      ['an array', '[1,2]'],
      ['a text', '"text"'],
      ['deep JSON', `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`],
      ['10 MB', JSON.stringify({ type: 'ping', text: 'x'.repeat(10_000_000) })],
    ])('reports an event that is %s as an error of the provider', async (_name, data) => {
      const [first, ...rest] = format.events(hello)
      const raw = [first, data, ...rest].map(eventOf)
      const error = await failure(read(await start({ raw, ending: 'end' })))
      expect(error).toMatchObject({ code: 'upstream-error' })
      expect(error.message.length).toBeLessThan(1000)
    })

    it('ignores an event of an unknown kind', async () => {
      const events = await read(await start({ turn: hello, after: [format.unknownEvent] }))
      expect(responseOf(events)).toMatchObject({ text: 'Hello there.', stopReason: 'stop' })
    })

    it('lists the models without those that cannot chat, and uses one by default', async () => {
      const { provider } = await start({ turn: hello })
      const models = await provider.listModels()
      expect(models.length).toBeGreaterThan(0)
      expect(JSON.stringify(models)).not.toContain('models/')
      expect(await provider.health?.()).toEqual({ state: 'healthy' })
    })
  })
}

function assistant({ text, toolCalls, providerData }: ModelResponse): ModelMessage {
  return { role: 'assistant', content: text, toolCalls, providerData }
}

function resultsOf({ toolCalls }: ModelResponse): ModelMessage[] {
  return toolCalls.map(({ id, name }) => ({
    role: 'tool',
    toolCallId: id,
    toolName: name,
    content: '5',
  }))
}
