import { isRecord } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import { bearerAuthentication } from '@mcp/session-manager'
import { systemClock } from '@mcp/protocol'
import { afterEach, expect, it } from 'vitest'

import { askingServer } from './fixtures/asking-server.ts'
import type { TestService, TestServiceOptions } from './fixtures/test-service.ts'
import { createTestService } from './fixtures/test-service.ts'

const open: TestService[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()))
})

function start(options: TestServiceOptions = {}): TestService {
  const authenticate = bearerAuthentication({
    tokens: { 'token-of-ann': 'ann', 'token-of-bob': 'bob' },
  })
  const manager = { authenticate, ...options.manager }
  const service = createTestService({ servers: [askingServer()], ...options, manager })
  open.push(service)
  return service
}

interface CallOptions {
  readonly token?: string
  readonly tool?: string
  readonly state?: string
  readonly responses?: Readonly<Record<string, unknown>>
}

let nextId = 1

/** Calls a tool as a client since 2026-07-28 does, and returns the JSON-RPC response. */
async function call(
  service: TestService,
  { token = 'token-of-ann', tool = 'asking_form', state, responses }: CallOptions = {},
): Promise<Record<string, unknown>> {
  const response = await service.send('POST', {
    path: '/mcp/asking',
    headers: {
      authorization: `Bearer ${token}`,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': tool,
    },
    body: {
      jsonrpc: '2.0',
      id: nextId++,
      method: 'tools/call',
      params: {
        name: tool,
        arguments: {},
        ...(state === undefined ? {} : { requestState: state }),
        ...(responses === undefined ? {} : { inputResponses: responses }),
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
        },
      },
    },
  })
  const body: unknown = await response.json()
  return isRecord(body) ? body : {}
}

/** Calls a tool, and returns the state and the key of its question. */
async function ask(service: TestService, options?: CallOptions) {
  const { result } = await call(service, options)
  const { requestState, inputRequests } = Object(result)
  return { state: String(requestState), keys: Object.keys(inputRequests) }
}

const accepted = { action: 'accept', content: { name: 'Ada' } }
const responsesTo = (keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, accepted]))

it('continues a call with the response, once', async () => {
  const service = start()
  const { state, keys } = await ask(service)
  const responses = responsesTo(keys)
  expect(await call(service, { state, responses })).toMatchObject({
    result: { structuredContent: accepted },
  })
  expect(await call(service, { state, responses })).toMatchObject({
    result: { isError: true, content: [{ text: expect.stringContaining('no longer waits') }] },
  })
})

it('asks again for a response that is missing', async () => {
  const service = start()
  const { state, keys } = await ask(service)
  const again = await call(service, { state, responses: {} })
  expect(Object.keys(Object(Object(again['result']).inputRequests))).toEqual(keys)
  const { requestState } = Object(again['result'])
  expect(await call(service, { state, responses: responsesTo(keys) })).toMatchObject({
    error: { code: -32602, message: expect.stringContaining('used before') },
  })
  expect(await call(service, { state: requestState, responses: responsesTo(keys) })).toMatchObject({
    result: { structuredContent: accepted },
  })
})

const invalid = { error: { code: -32602, message: 'Invalid or expired requestState' } }

it.each([
  ['that was changed by one bit', (state: string) => ({ state: flipBit(state) })],
  ['that is not one', () => ({ state: 'x'.repeat(5000) })],
  ['of another principal', (state: string) => ({ state, token: 'token-of-bob' })],
  ['of another tool', (state: string) => ({ state, tool: 'asking_twice' })],
])('refuses a state %s', async (_case, change) => {
  const service = start()
  const { state, keys } = await ask(service)
  const changed = change(state)
  expect(await call(service, { ...changed, responses: responsesTo(keys) })).toMatchObject(invalid)
  expect(await call(service, { state, responses: responsesTo(keys) })).toMatchObject({
    result: { structuredContent: accepted },
  })
})

function flipBit(state: string): string {
  const index = Math.floor(state.length / 2)
  const flipped = state[index] === 'A' ? 'B' : 'A'
  return state.slice(0, index) + flipped + state.slice(index + 1)
}

it('does not show the client what the state contains', async () => {
  const { state } = await ask(start())
  const text = Buffer.from(state, 'base64url').toString('latin1')
  expect(text).not.toMatch(/ann|round|asking/)
})

it('cancels a call that waits too long, and frees its place', async () => {
  let skippedMs = 0
  const timers: { at: number; run: () => void }[] = []
  const clock: Clock = {
    now: () => systemClock.now() + skippedMs,
    after(ms, run) {
      if (ms < 60_000) return systemClock.after(ms, run)
      const timer = { at: ms, run }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
    every: (ms, run) => systemClock.every(ms, run),
  }
  const service = start({ service: { clock } })
  const { state, keys } = await ask(service)
  skippedMs = 601_000
  for (const { run } of timers.splice(0)) run()
  expect(await call(service, { state, responses: responsesTo(keys) })).toMatchObject({
    result: { isError: true, content: [{ text: expect.stringContaining('no longer waits') }] },
  })
})

it('limits the calls of one principal that wait', async () => {
  const service = start()
  for (let index = 0; index < 64; index++) await ask(service)
  expect(await call(service)).toMatchObject({
    result: {
      isError: true,
      content: [{ text: expect.stringMatching(/^rate-limited: 64 calls/) }],
    },
  })
  expect((await ask(service, { token: 'token-of-bob' })).keys).toHaveLength(1)
})
