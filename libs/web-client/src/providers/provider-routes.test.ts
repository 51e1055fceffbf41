import { createProviders } from '@mcp/llm'
import type { Providers } from '@mcp/llm'
import {
  closeCompletionsServers,
  completion,
  json,
  scriptedProvider,
  startCompletionsServer,
} from '@mcp/llm/testing'
import { afterEach, describe, expect, it } from 'vitest'

import { createWebClient } from '../web-client.ts'

afterEach(closeCompletionsServers)

const secret = 'sk-test-0123456789abcdef'
const fallback = scriptedProvider(['Hello'], { id: 'planner', offline: true })
const loopback = { isLoopback: true }
const remote = { isLoopback: false }

interface Sent {
  readonly peer?: { readonly isLoopback: boolean }
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

function start(
  providers: Providers = createProviders({}, { fallback }),
  options: Partial<Parameters<typeof createWebClient>[0]> = {},
) {
  const service = createWebClient({
    sessionManagerUrl: 'http://localhost:5000',
    providers,
    ...options,
  })
  return async (call: string, { peer = loopback, headers = {}, body }: Sent = {}) => {
    const [method = '', path = ''] = call.split(' ')
    const text = body === undefined ? null : JSON.stringify(body)
    const request = new Request(`http://localhost:8080${path}`, {
      method,
      body: text,
      headers: { 'content-type': 'application/json', ...headers },
    })
    const response = await service.fetch(request, peer)
    const received = await response.text()
    return { status: response.status, text: received, body: JSON.parse(received) }
  }
}

it('configures a provider, calls it and lists its models, and never returns the key', async () => {
  const { url, received } = await startCompletionsServer((response, request) => {
    const models = json(200, { data: [{ id: 'small' }] })
    const respond = request.method === 'GET' ? models : json(200, completion({ content: 'Hi.' }))
    respond(response, request)
  })
  const send = start()
  const before = await send('GET /models')
  expect(before.body.default).toBe('planner')
  expect(before.body.providers).toContainEqual({
    id: 'openai',
    title: 'OpenAI',
    url: 'https://api.openai.com/v1',
    hasKey: false,
    missing: ['key'],
    isDefault: false,
    models: [],
  })

  const set = await send('PUT /providers/openai-compatible', { body: { key: secret, url } })
  expect(set).toMatchObject({ status: 200, body: { hasKey: true, isDefault: true, missing: [] } })
  const tested = await send('POST /providers/openai-compatible/test', { body: {} })
  expect(tested.body).toEqual({ ok: true, model: 'small-2026', durationMs: expect.any(Number) })
  const after = await send('GET /models')
  expect(after.body.default).toBe('openai-compatible')
  expect(after.body.providers[0].models).toEqual(['openai-compatible/small'])
  for (const { text } of [set, tested, after]) expect(text).not.toContain('0123456789')
  expect(received.every(({ authorization }) => authorization === `Bearer ${secret}`)).toBe(true)
})

it('reports what fails in a test and in the list of models, without the key', async () => {
  const { url } = await startCompletionsServer(json(401, { error: { message: `Bad ${secret}` } }))
  const stored = { 'openai-compatible': { key: secret, url, model: 'small' } }
  const send = start(createProviders({}, { stored, fallback }))
  const tested = await send('POST /providers/openai-compatible/test')
  expect(tested.body).toMatchObject({ ok: false, error: { code: 'upstream-error' } })
  const { body, text } = await send('GET /models')
  expect(body.providers[0]).toMatchObject({ models: [], error: { code: 'upstream-error' } })
  expect(tested.text + text).not.toContain('0123456789')
  expect(await send('POST /providers/groq/test')).toMatchObject({
    status: 503,
    body: { error: { details: { reason: 'provider-not-configured' } } },
  })
})

it.each([
  ['no address', 'api.example.com', 'http(s) URL'],
  ['an address with a password', 'https://me:pw@example.com', 'must not contain credentials'],
  ['the web client', 'http://localhost:8080/v1', 'of this system'],
  ['the web client by another name', 'http://127.0.0.1:8080', 'of this system'],
  ['the session manager', 'http://[::1]:5000/v1', 'of this system'],
  ['a further own address', 'http://localhost:7000', 'of this system'],
])('refuses %s', async (_name, url, message) => {
  const send = start(undefined, { ownUrls: ['http://localhost:7000'] })
  const { status, body } = await send('PUT /providers/vllm', { body: { url } })
  expect({ status, message: body.error.message }).toMatchObject({
    status: 400,
    message: expect.stringContaining(message),
  })
})

it.each([
  ['an unknown provider', 'PUT /providers/opanai', {}, 404],
  ['an unknown setting', 'PUT /providers/openai', { secret: 'x' }, 400],
  ['a key that is not text', 'PUT /providers/openai', { key: 1 }, 400],
  ['an empty key', 'PUT /providers/openai', { key: ' ' }, 400],
])('refuses %s', async (_name, call, body, status) => {
  expect((await start()(call, { body })).status).toBe(status)
})

describe('callers', () => {
  const calls = ['PUT /providers/openai', 'POST /providers/openai/test', 'POST /providers/discover']
  const identities: Record<string, { id: string }> = { ann: { id: 'ann' }, bob: { id: 'bob' } }
  const authenticate = (request: { header(name: string): string | undefined }) =>
    identities[request.header('authorization') ?? '']

  it.each<readonly [string, Sent]>([
    ['another machine', { peer: remote }],
    ['a proxy on this machine', { headers: { 'x-forwarded-for': '10.0.0.1' } }],
    ['a foreign page', { headers: { origin: 'https://evil.example' } }],
    ['a page on another port', { headers: { origin: 'http://localhost:3000' } }],
    ['a page without an origin', { headers: { origin: 'null' } }],
    ['a page of the same site', { headers: { 'sec-fetch-site': 'same-site' } }],
  ])('from %s are refused', async (_name, sent) => {
    const providers = createProviders({}, { fallback })
    const send = start(providers)
    for (const call of calls) {
      expect((await send(call, { ...sent, body: { key: secret } })).status).toBe(403)
    }
    expect(providers.list().every(({ hasKey }) => !hasKey)).toBe(true)
  })

  it('from the page of the web client are admitted', async () => {
    const headers = { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }
    const sent = { headers, body: { key: secret } }
    expect((await start()('PUT /providers/openai', sent)).status).toBe(200)
  })

  it('that are authenticated must be operators, also on this machine', async () => {
    const send = start(undefined, { authenticate, operators: ['ann'] })
    const body = { key: secret }
    const as = (authorization: string, peer = remote) => ({
      headers: { authorization },
      peer,
      body,
    })
    expect((await send('PUT /providers/openai', as('ann'))).status).toBe(200)
    expect((await send('PUT /providers/openai', as('bob', loopback))).status).toBe(403)
    expect((await send('PUT /providers/openai', as('eve', loopback))).status).toBe(401)
    expect((await send('GET /models')).status).toBe(401)
  })
})
