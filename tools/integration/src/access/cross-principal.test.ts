import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Attempt } from './attempts.ts'
import {
  clientAttempts,
  conversationAttempts,
  mcpAttempts,
  operatorAttempts,
  ownSessionAttempts,
  sessionAttempts,
} from './attempts.ts'
import { readUntil } from './guarded-hub.ts'
import type { PrivateState } from './private-state.ts'
import { callId, rpc, secret, startPrivateState, waitingCall } from './private-state.ts'

let state: PrivateState
beforeAll(async () => {
  state = await startPrivateState()
}, 60_000)
afterAll(() => state.hub.close())

const areas: readonly (readonly [string, readonly Attempt[]])[] = [
  ['a session', sessionAttempts],
  ['what belongs to it, through another session', ownSessionAttempts],
  ['standard MCP clients', mcpAttempts],
  ['the client app', clientAttempts],
  ['conversations and runs', conversationAttempts],
  ['the hub', operatorAttempts],
]
const attempts = areas.flatMap(([, each]) => each)

it('makes at least 60 attempts', () => {
  expect(attempts.length).toBeGreaterThanOrEqual(60)
})

describe.each(areas)('another caller cannot reach %s', (_area, each) => {
  it.each(each)('$name', async ({ send, ben, says = /^/ }) => {
    const { status, text } = await send(state, 'ben')
    expect(text).not.toContain(secret)
    expect({ status, text }).toMatchObject({ status: ben })
    expect(text).toMatch(says)
  })
})

describe('the same attempts reach it for its owner', () => {
  it.each(attempts.filter(({ ada }) => ada !== undefined))(
    '$name',
    async ({ send, ada, reveals = false }) => {
      const { status, text } = await send(state, 'ada')
      expect({ status, text }).toMatchObject({ status: ada })
      expect(text).toContain(reveals ? secret : '')
    },
  )
})

describe('an event stream of another caller', () => {
  it.each([
    ['events', 'manager', ({ sessions }: PrivateState) => `/sessions/${sessions.ben}/events`],
    ['activity', 'manager', ({ sessions }: PrivateState) => `/sessions/${sessions.ben}/activity`],
    ['stream', 'client', () => '/stream?session=1&activity=1&pending=1'],
  ] as const)('%s has no notification of her session', async (_name, service, path) => {
    const { hub, sessions } = state
    const headers = { accept: 'text/event-stream', 'x-session-id': sessions.ben }
    const response = await hub.open(service, 'ben', path(state), headers)
    expect(response.status).toBe(200)
    const publish = (caller: 'ada' | 'ben', text: string) =>
      hub.send('manager', caller, 'POST', `/sessions/${sessions[caller]}/notifications`, {
        body: { type: `note-${text}`, data: { text } },
      })
    await publish('ada', secret)
    await publish('ben', 'of-ben')
    const text = await readUntil(response, 'note-of-ben')
    expect(text).not.toContain(secret)
  })
})

describe('a cache', () => {
  it.each([
    ['GET /servers', 'manager', '/servers'],
    ['GET /openapi.json', 'manager', '/openapi.json'],
    ['GET /servers of the client app', 'client', '/servers'],
  ] as const)(
    'does not give the catalogue of %s to another caller',
    async (_name, service, path) => {
      const { hub } = state
      const { text, headers } = await hub.send(service, 'ada', 'GET', path)
      expect(text).toContain('listRoots')
      const etag = headers.get('etag') ?? ''
      const again = await hub.send(service, 'ben', 'GET', path, {
        headers: { 'if-none-match': etag },
      })
      expect(again.status).toBe(200)
      expect(again.text).not.toContain('listRoots')
    },
  )

  it('does not give the tools of another caller to the agent', async () => {
    const { hub } = state
    const prompt = 'List the roots and read a file.'
    for (const caller of ['ada', 'ben'] as const) {
      await hub.send('client', caller, 'POST', '/process', { body: { prompt } })
    }
    const [forAda, forBen] = hub.modelRequests.slice(-2).map((request) => JSON.stringify(request))
    expect(forAda).toContain('roots_')
    expect(forBen).not.toContain('roots_')
  })

  it('does not show the name of a session in the metrics', async () => {
    const { hub, sessions, requests } = state
    const text = await hub.metrics.render()
    expect(text).toContain('mcp_call_duration_seconds')
    for (const hidden of [secret, sessions.ada, requests.waiting, '"ada"']) {
      expect(text).not.toContain(hidden)
    }
  })
})

it('leaves what waits for its owner unchanged after all attempts', async () => {
  const { hub, sessions, interactionId, requestState, waitingRun, grantId } = state
  const path = `/sessions/${sessions.ada}`
  const resolved = await hub.send(
    'manager',
    'ada',
    'POST',
    `${path}/interactions/${interactionId}`,
    {
      body: { action: 'accept' },
    },
  )
  expect(resolved.status).toBe(204)
  expect((await state.response).text).toContain('"result":2')
  const [, name = ''] = /"inputRequests":\{"([^"]+)"/.exec(state.question) ?? []
  const resumed = await rpc(hub, 'ada', 'modern', {
    ...waitingCall,
    params: {
      ...waitingCall.params,
      requestState,
      inputResponses: { [name]: { action: 'accept', content: {} } },
    },
  })
  expect(resumed.text).toMatch(/\b2\b/)
  expect(resumed.text).not.toContain('"error"')
  const decided = await hub.send(
    'client',
    'ada',
    'POST',
    `/runs/${waitingRun}/calls/${callId}/decision`,
    { body: { decision: 'once' } },
  )
  expect(decided.status).toBe(204)
  const removed = await hub.send('client', 'ada', 'DELETE', `/grants/${grantId}`)
  expect(removed.status).toBe(204)
})
