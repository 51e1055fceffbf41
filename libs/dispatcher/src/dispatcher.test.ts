import { setImmediate } from 'node:timers/promises'

import type { Health, ResponseEnvelope } from '@mcp/protocol'
import { createNotification, createRequest, createResponse, McpError } from '@mcp/protocol'
import { afterEach, expect, it, vi } from 'vitest'

import type { Dispatcher, DispatcherOptions } from './dispatcher.ts'
import { createDispatcher } from './dispatcher.ts'
import { createManualClock } from '@mcp/protocol/testing'
import { createSampleServer, describeSample, success } from './fixtures/sample-server.ts'

const opened: Dispatcher[] = []
const dispatcherOf = (options: DispatcherOptions): Dispatcher => {
  const dispatcher = createDispatcher(options)
  opened.push(dispatcher)
  return dispatcher
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((dispatcher) => dispatcher.close()))
})

const call = (tool = 'calculator', operation = 'add') =>
  createRequest('tool-execution', { tool, operation })
const codeOf = (response: ResponseEnvelope) =>
  response.status === 'error' ? response.error.code : 'ok'
const never = () => new Promise<ResponseEnvelope>(() => {})

it('sends a request to the server that handles it and returns its response', async () => {
  const request = call()
  const response = await dispatcherOf({ servers: [createSampleServer()] }).dispatch(request)
  expect(response).toMatchObject({ id: request.id, status: 'success', data: { by: 'tools' } })
})

it('suggests a similar type if no server handles the request', async () => {
  const dispatcher = dispatcherOf({ servers: [createSampleServer()] })
  const response = await dispatcher.dispatch(createRequest('tool-executon'))
  expect(response).toMatchObject({
    error: { code: 'unknown-type', details: { near: ['tool-execution'] } },
  })
  expect(codeOf(await dispatcher.dispatch(createRequest('constructor')))).toBe('unknown-type')
})

it('throws if two initial servers claim the same route', () => {
  const servers = [createSampleServer(), createSampleServer({ name: 'other' })]
  expect(() => createDispatcher({ servers })).toThrow(/"tools" and "other" claim tool-execution/)
})

it('refuses to add a server whose route or name is taken, and does not change the first', async () => {
  const dispatcher = dispatcherOf({ servers: [createSampleServer()] })
  const other = createSampleServer({ name: 'other' })
  await expect(dispatcher.add(other)).rejects.toThrow(/"tools" and "other"/)
  await expect(dispatcher.add(createSampleServer())).rejects.toThrow(/already exists/)
  expect((await dispatcher.servers()).map(({ name }) => name)).toEqual(['tools'])
  expect(other.isClosed).toBe(false)
})

it('returns upstream-error if the server throws, rejects or returns an invalid response', async () => {
  const errors: unknown[] = []
  const request = call()
  const misbehave = [
    () => {
      throw new Error('the password is hunter2')
    },
    () => Promise.reject(new Error('no')),
    async () => success(call(), {}),
    async () => JSON.parse('{"nonsense":true}'),
    async () => JSON.parse('null'),
    async () => JSON.parse(`{"id":"${request.id}","status":"error"}`),
  ]
  for (const process of misbehave) {
    const dispatcher = dispatcherOf({
      servers: [createSampleServer({ process })],
      onError: (error) => errors.push(error),
    })
    const response = await dispatcher.dispatch(request)
    expect(codeOf(response)).toBe('upstream-error')
    expect(response.id).toBe(request.id)
    expect(JSON.stringify(response)).not.toContain('hunter2')
  }
  expect(errors).toHaveLength(2)
})

it('returns timeout if the server never responds', async () => {
  const operations = [describeSample('add', { idempotent: true })]
  const server = createSampleServer({ process: never, operations })
  const dispatcher = dispatcherOf({ servers: [server] })
  const response = await dispatcher.dispatch(call(), { deadline: Date.now() + 30 })
  expect(response).toMatchObject({ error: { code: 'timeout', retryable: true } })
  expect(await dispatcher.dispatch(call('x', 'y'), { deadline: Date.now() + 5 })).toMatchObject({
    error: { code: 'timeout', retryable: false },
  })
})

it('does not call the server if the deadline has passed', async () => {
  const server = createSampleServer()
  const response = await dispatcherOf({ servers: [server] }).dispatch(call(), { deadline: 1 })
  expect(codeOf(response)).toBe('timeout')
  expect(server.received).toEqual([])
})

it('returns cancelled as soon as the caller aborts, even if the server continues', async () => {
  const dispatcher = dispatcherOf({ servers: [createSampleServer({ process: never })] })
  const controller = new AbortController()
  const response = dispatcher.dispatch(call(), { signal: controller.signal })
  await setImmediate()
  controller.abort()
  expect(codeOf(await response)).toBe('cancelled')
  expect(codeOf(await dispatcher.dispatch(call(), { signal: controller.signal }))).toBe('cancelled')
})

it('passes the context on unchanged, and reports the chosen server before the call', async () => {
  const received: string[] = []
  const seen: unknown[] = []
  const dispatcher = dispatcherOf({
    servers: [
      createSampleServer({
        async process(request, context) {
          seen.push(context, [...received])
          return success(request, {})
        },
      }),
    ],
  })
  const context = {
    signal: new AbortController().signal,
    deadline: Date.now() + 1000,
    onRouted: (name: string) => void received.push(name),
  }
  await dispatcher.dispatch(call(), context)
  expect(seen).toEqual([context, ['tools']])
  expect(seen[0]).toBe(context)
})

it('runs middleware around all other stages, the first outermost', async () => {
  const trail: string[] = []
  const dispatcher = dispatcherOf({
    servers: [createSampleServer()],
    middleware: [
      async (request, context, next) => {
        trail.push('first')
        const response = await next(request, context)
        trail.push(response.status)
        return response
      },
      (request, context, next) => {
        trail.push('second')
        return next({ ...request, type: 'tool-execution' }, context)
      },
    ],
  })
  const response = await dispatcher.dispatch({ ...call(), type: 'old-name' })
  expect(trail).toEqual(['first', 'second', 'success'])
  expect(response.status).toBe('success')
})

it('returns a response if a middleware throws or never returns', async () => {
  const servers = [createSampleServer()]
  const throwing = dispatcherOf({
    servers,
    middleware: [
      () => {
        throw new McpError('forbidden', 'Not today.')
      },
    ],
  })
  expect(await throwing.dispatch(call())).toMatchObject({ error: { message: 'Not today.' } })
  const hanging = dispatcherOf({ servers: [createSampleServer()], middleware: [never] })
  expect(codeOf(await hanging.dispatch(call(), { deadline: Date.now() + 5 }))).toBe('timeout')
})

it('adds, replaces and removes servers while it runs', async () => {
  const dispatcher = dispatcherOf({})
  const changes: unknown[] = []
  dispatcher.subscribe(({ type, data }, name) => changes.push([type, data, name]))
  const release = Promise.withResolvers<void>()
  const first = createSampleServer({
    async process(request) {
      await release.promise
      return success(request, { by: 'first' })
    },
  })

  await dispatcher.add(first)
  const slow = dispatcher.dispatch(call())
  await vi.waitFor(() => expect(first.received).toHaveLength(1))
  const replaced = dispatcher.replace(
    createSampleServer({ process: async (request) => success(request, { by: 'second' }) }),
  )
  await setImmediate()
  expect(await dispatcher.dispatch(call())).toMatchObject({ data: { by: 'second' } })
  expect(first.isClosed).toBe(false)

  release.resolve()
  expect(await slow).toMatchObject({ data: { by: 'first' } })
  await replaced
  expect(first.isClosed).toBe(true)

  await dispatcher.remove('tools')
  expect(codeOf(await dispatcher.dispatch(call()))).toBe('unknown-type')
  const change = ['catalogue-changed', { servers: ['tools'] }, 'tools']
  expect(changes).toEqual([change, change, change])
})

it('keeps the previous server if its replacement cannot describe itself', async () => {
  const dispatcher = dispatcherOf({ servers: [createSampleServer()] })
  const broken = {
    ...createSampleServer(),
    describe: () => Promise.reject(new McpError('unavailable', 'Unavailable.')),
  }
  await expect(dispatcher.replace(broken)).rejects.toThrow('Unavailable.')
  expect(codeOf(await dispatcher.dispatch(call()))).toBe('ok')
})

it('lists an unreachable server, and sends it requests as soon as it responds', async () => {
  let isUp = false
  const sample = createSampleServer({
    name: 'late',
    routes: [{ type: 'late-call', targetKey: 'x' }],
  })
  const late = {
    ...sample,
    async describe() {
      if (!isUp) throw new McpError('unavailable', 'Unavailable.')
      return sample.describe()
    },
  }
  const dispatcher = dispatcherOf({})
  await dispatcher.add(late)
  expect(await dispatcher.servers()).toMatchObject([
    { name: 'late', health: { state: 'unhealthy' }, status: { state: 'starting' } },
  ])
  expect(codeOf(await dispatcher.dispatch(createRequest('late-call')))).toBe('unknown-type')

  isUp = true
  await vi.waitFor(async () =>
    expect(codeOf(await dispatcher.dispatch(createRequest('late-call')))).toBe('ok'),
  )
  expect(await dispatcher.servers()).toMatchObject([{ name: 'late', health: { state: 'healthy' } }])
})

it('routes requests to a built-in server that has not described itself yet', async () => {
  const server = {
    ...createSampleServer({
      process: async (request) =>
        createResponse(request.id, 'error', new McpError('unavailable', 'Unavailable.')),
    }),
    describe: () => Promise.reject(new McpError('unavailable', 'Unavailable.')),
  }
  const dispatcher = dispatcherOf({ servers: [server] })
  expect(codeOf(await dispatcher.dispatch(call()))).toBe('unavailable')
})

it('waits for a server that is describing itself', async () => {
  const sample = createSampleServer({
    name: 'slow',
    routes: [{ type: 'slow-call', targetKey: 'x' }],
  })
  const slow = {
    ...sample,
    async describe() {
      await setImmediate()
      return sample.describe()
    },
  }
  const dispatcher = dispatcherOf({ servers: [slow] })
  expect(codeOf(await dispatcher.dispatch(createRequest('slow-call')))).toBe('ok')
})

it('fetches the description again after catalogue-changed', async () => {
  const server = createSampleServer()
  const dispatcher = dispatcherOf({ servers: [server] })
  const received: string[] = []
  dispatcher.subscribe(({ type }, name) => received.push(`${name} ${type}`))
  server.routes = [...server.routes, { type: 'new-type', targetKey: 'thing' }]
  server.emit(createNotification('catalogue-changed'))
  expect(codeOf(await dispatcher.dispatch(createRequest('new-type')))).toBe('ok')
  expect(received).toEqual(['tools catalogue-changed'])
})

it('merges the notifications of the servers, each with the name of its server', async () => {
  const server = createSampleServer()
  const dispatcher = dispatcherOf({ servers: [server] })
  const received: unknown[] = []
  const stop = dispatcher.subscribe((notification, name) => received.push([notification, name]))
  const notification = createNotification('resource-updated')
  server.emit(notification)
  stop()
  server.emit(notification)
  expect(received).toEqual([[notification, 'tools']])
})

it('returns the operation that a request would run', () => {
  const operations = [
    describeSample('add', { readOnly: true }, 'calculator'),
    describeSample('describe', { idempotent: true }),
  ]
  const dispatcher = dispatcherOf({ servers: [createSampleServer({ operations })] })
  expect(dispatcher.operationOf(call())?.hints.readOnly).toBe(true)
  expect(dispatcher.operationOf(call('anything', 'describe'))?.hints.idempotent).toBe(true)
  expect(dispatcher.operationOf(call('other', 'add'))).toBeUndefined()
  expect(dispatcher.operationOf(call('calculator', 'constructor'))).toBeUndefined()
  expect(dispatcher.operationOf(createRequest('unknown'))).toBeUndefined()
})

it('notifies the servers that a session is closed', async () => {
  const tools = createSampleServer()
  const notes = createSampleServer({ name: 'notes', routes: [{ type: 'note', targetKey: 'note' }] })
  const dispatcher = dispatcherOf({ servers: [tools, notes] })
  await dispatcher.sessionClosed('one', ['notes'])
  await dispatcher.sessionClosed('two')
  expect(tools.closedSessions).toEqual(['two'])
  expect(notes.closedSessions).toEqual(['one', 'two'])
})

it('reports the health of the servers, combined and one by one', async () => {
  const unhealthy = {
    ...createSampleServer({ name: 'broken', routes: [] }),
    health: () => ({ state: 'unhealthy', reason: 'Disk full.' }) as const,
  }
  const dispatcher = dispatcherOf({ servers: [createSampleServer(), unhealthy] })
  expect(await dispatcher.health()).toEqual({
    state: 'degraded',
    reason: 'Not healthy: broken.',
    servers: { tools: { state: 'healthy' }, broken: { state: 'unhealthy', reason: 'Disk full.' } },
  })
})

it('ends the calls in flight and closes its servers when it closes', async () => {
  const server = createSampleServer({ process: never })
  const dispatcher = createDispatcher({ servers: [server] })
  const response = dispatcher.dispatch(call())
  await dispatcher.close()
  await dispatcher.close()
  expect(codeOf(await response)).toBe('unavailable')
  expect(codeOf(await dispatcher.dispatch(call()))).toBe('unavailable')
  expect(server.isClosed).toBe(true)
  await expect(dispatcher.add(createSampleServer())).rejects.toThrow('closed')
})

it('checks the health of the servers every 10 s, and reports each change once', async () => {
  const clock = createManualClock()
  let health: Health = { state: 'healthy' }
  const server = { ...createSampleServer(), health: () => health }
  const changes: unknown[] = []
  dispatcherOf({
    servers: [server],
    clock,
    onHealthChange: (name, changed) => changes.push([name, changed]),
  })
  const check = async () => {
    clock.advance(10_000)
    await setImmediate()
  }
  await check()
  health = { state: 'degraded', reason: 'a folder is missing' }
  await check()
  await check()
  health = { state: 'healthy' }
  await check()
  expect(changes).toEqual([
    ['tools', { state: 'degraded', reason: 'a folder is missing' }],
    ['tools', { state: 'healthy' }],
  ])
})
