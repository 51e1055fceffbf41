import { encodeEvents } from '@mcp/http'
import type { RawRoute, RequestHead, Service } from '@mcp/http'
import { createRequest, McpError } from '@mcp/protocol'
import type { InteractionRequest, RequestEvent } from '@mcp/protocol'
import { afterEach, expect, it } from 'vitest'

import type { Mount } from './http/mount.ts'
import type { SessionMethods } from './session-methods.ts'
import type { TestManager, TestManagerOptions } from './test-manager.fixture.ts'
import { createTestManager, createTestServer } from './test-manager.fixture.ts'

const open: TestManager[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((manager) => manager.close()))
})

function start(options: TestManagerOptions = {}): TestManager {
  const manager = createTestManager(options)
  open.push(manager)
  return manager
}

function mountOf(service: Partial<Service>, paths = ['/mcp']): Mount {
  const fetch = async (): Promise<Response> => new Response('mounted')
  return { paths, service: { fetch, close: async () => {}, ...service } }
}

const notes = createTestServer({
  ask: {
    run: async (_request, { ask }) => ({
      result: await ask?.({ kind: 'elicitation', message: 'Name?' }),
    }),
  },
  progress: {
    run(request, { onEvent }) {
      onEvent?.({ type: 'progress', data: { requestId: request.id, progress: 1 } })
      return { result: true }
    },
  },
  wait: {
    run: (_request, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  },
  count: { run: () => ({ result: 1 }) },
})

function noteRequest(operation: string, id?: string) {
  return createRequest('note-keeping', { operation, params: {} }, { id })
}

function head(authorization?: string): RequestHead {
  return {
    header: (name) => (name === 'authorization' ? authorization : undefined),
    signal: new AbortController().signal,
    peer: { isLoopback: true },
  }
}

it('calls the fast route of a mount after its own', () => {
  const route: RawRoute = () => ({ status: 204, headers: {}, body: '' })
  const asked: string[] = []
  const fastRoute = (method: string, path: string) => {
    asked.push(`${method} ${path}`)
    return path === '/mcp' ? route : undefined
  }
  const { manager } = start({ mounts: [() => mountOf({ fastRoute })] })
  expect(manager.fastRoute('POST', '/mcp')).toBe(route)
  expect(manager.fastRoute('POST', '/sessions/a/requests')).toBeTypeOf('function')
  expect(manager.fastRoute('GET', '/elsewhere')).toBeUndefined()
  expect(asked).toEqual(['POST /mcp', 'GET /elsewhere'])
})

it('closes the service of a mount while requests are in flight', async () => {
  const closed: (number | undefined)[] = []
  const service = start({
    servers: [notes],
    mounts: [() => mountOf({ close: async (options) => void closed.push(options?.graceMs) })],
  })
  const sessionId = await service.open()
  const response = service.manager.handle(sessionId, noteRequest('wait'))
  await service.manager.close({ graceMs: 10 })
  expect(closed).toEqual([10])
  expect(await response).toMatchObject({ status: 'error' })
})

it('identifies the callers of a mount', async () => {
  let host: SessionMethods | undefined
  start({
    authenticate: (request) =>
      request.header('authorization') === 'Bearer a' ? { id: 'ann', scopes: ['x'] } : undefined,
    rateLimit: { requests: 1, perMs: 60_000 },
    mounts: [
      (manager) => {
        host = manager
        return mountOf({})
      },
    ],
  })
  expect(await host?.identify(head('Bearer a'))).toEqual({ id: 'ann', scopes: ['x'] })
  await expect(async () => host?.identify(head('Bearer a'))).rejects.toMatchObject({
    code: 'rate-limited',
  })
  await expect(async () => host?.identify(head())).rejects.toMatchObject({
    code: 'unauthenticated',
    message: expect.stringMatching(/^Authentication required/),
  })
  await expect(async () => host?.identify(head('Bearer b'))).rejects.toMatchObject({
    code: 'unauthenticated',
    message: expect.stringMatching(/^Invalid access token/),
  })
})

it('finds a session for its owner only, under an id of the caller', async () => {
  const { manager } = start()
  const id = `ses-${'a1'.repeat(20)}`
  await manager.openSession({ id, principal: 'ann', metadata: { by: 'mcp' } })
  expect(await manager.findSession(id, { principal: 'ann' })).toMatchObject({
    sessionId: id,
    metadata: { by: 'mcp' },
  })
  await expect(manager.findSession(id, { principal: 'bob' })).rejects.toMatchObject({
    code: 'session-not-found',
  })
})

it('passes questions and events to the caller of handle', async () => {
  const { manager } = start({ servers: [notes] })
  const { sessionId } = await manager.openSession()
  const asked: InteractionRequest[] = []
  const events: RequestEvent[] = []
  const options = {
    isRecorded: false,
    onEvent: (event: RequestEvent) => void events.push(event),
    async ask(question: InteractionRequest) {
      asked.push(question)
      return { action: 'accept', content: { name: 'Ada' } } as const
    },
  }
  expect(await manager.handle(sessionId, noteRequest('ask'), options)).toMatchObject({
    data: { result: { action: 'accept', content: { name: 'Ada' } } },
  })
  await manager.handle(sessionId, noteRequest('progress', 'r1'), options)
  expect(asked).toEqual([{ kind: 'elicitation', message: 'Name?' }])
  expect(events).toEqual([{ type: 'progress', data: { requestId: 'r1', progress: 1 } }])
})

it('runs a request again if its response is not recorded', async () => {
  const { manager } = start({ servers: [notes] })
  const { sessionId } = await manager.openSession()
  const before = notes.runs.get('count') ?? 0
  for (const isRecorded of [false, false, true, true]) {
    await manager.handle(sessionId, noteRequest('count', 'same'), { isRecorded })
  }
  expect(notes.runs.get('count')).toBe(before + 3)
})

it('cancels a request when the signal of the caller is aborted', async () => {
  const { manager } = start({ servers: [notes] })
  const { sessionId } = await manager.openSession()
  const caller = new AbortController()
  const options = { signal: caller.signal, isRecorded: false }
  const response = manager.handle(sessionId, noteRequest('wait'), options)
  caller.abort()
  expect(await response).toMatchObject({ error: { code: 'cancelled' } })
  expect(await manager.handle(sessionId, noteRequest('count'), options)).toMatchObject({
    error: { code: 'cancelled' },
  })
})

it('streams the events of a session in an encoding of the caller, and resumes them', async () => {
  const service = start()
  const sessionId = await service.open()
  const encoding = {
    encode: (events: readonly { cursor: string; type: string }[]) => {
      const added = events.filter(({ type }) => type === 'note-added')
      if (added.length === 0) return undefined
      return encodeEvents(...added.map(({ cursor }) => ({ id: cursor, data: 'added' })))
    },
    encodeOwn: () => undefined,
  }
  async function read(after?: string) {
    const { promise: first, resolve } = Promise.withResolvers<string>()
    const stream = await service.manager.openStream(sessionId, { after, encoding })
    const stop = stream({
      write: (bytes) => {
        const text = new TextDecoder().decode(bytes)
        if (text.includes('added')) resolve(text)
        return 0
      },
      end() {},
      destroy() {},
    })
    return { first, stop }
  }
  const live = await read()
  const publish = (type: string) =>
    service.call('POST', `/sessions/${sessionId}/notifications`, { type, data: {} })
  await publish('note-removed')
  await publish('note-added')
  const text = await live.first
  expect(text).toMatch(/^id: \d+\ndata: added\n\n$/)
  live.stop()
  const resumed = await read('0')
  expect(await resumed.first).toBe(text)
  resumed.stop()
  await expect(service.manager.openStream('ses-none')).rejects.toBeInstanceOf(McpError)
})
