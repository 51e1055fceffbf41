import { setImmediate } from 'node:timers/promises'

import type { ResponseEnvelope } from '@mcp/protocol'
import { createNotification, createRequest, createResponse, McpError } from '@mcp/protocol'
import { afterEach, expect, it, vi } from 'vitest'

import type { Dispatcher, DispatcherOptions } from './dispatcher.ts'
import { createDispatcher } from './dispatcher.ts'
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
const codeOf = (answer: ResponseEnvelope) => (answer.status === 'error' ? answer.error.code : 'ok')
const never = () => new Promise<ResponseEnvelope>(() => {})

it('sends a request to the server that takes it and gives back its answer', async () => {
  const request = call()
  const answer = await dispatcherOf({ servers: [createSampleServer()] }).dispatch(request)
  expect(answer).toMatchObject({ id: request.id, status: 'success', data: { by: 'tools' } })
})

it('says which type was near when nobody takes one', async () => {
  const dispatcher = dispatcherOf({ servers: [createSampleServer()] })
  const answer = await dispatcher.dispatch(createRequest('tool-executon'))
  expect(answer).toMatchObject({
    error: { code: 'unknown-type', details: { near: ['tool-execution'] } },
  })
  expect(codeOf(await dispatcher.dispatch(createRequest('constructor')))).toBe('unknown-type')
})

it('refuses to begin with two servers that claim the same route', () => {
  const servers = [createSampleServer(), createSampleServer({ name: 'other' })]
  expect(() => createDispatcher({ servers })).toThrow(/"tools" and "other" claim tool-execution/)
})

it('refuses to add a server whose route or name is taken, and leaves the first alone', async () => {
  const dispatcher = dispatcherOf({ servers: [createSampleServer()] })
  const other = createSampleServer({ name: 'other' })
  await expect(dispatcher.add(other)).rejects.toThrow(/"tools" and "other"/)
  await expect(dispatcher.add(createSampleServer())).rejects.toThrow(/already there/)
  expect((await dispatcher.servers()).map(({ name }) => name)).toEqual(['tools'])
  expect(other.isClosed).toBe(false)
})

it('answers for a server that throws, rejects, or answers nonsense', async () => {
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
    const answer = await dispatcher.dispatch(request)
    expect(codeOf(answer)).toBe('upstream-error')
    expect(answer.id).toBe(request.id)
    expect(JSON.stringify(answer)).not.toContain('hunter2')
  }
  expect(errors).toHaveLength(2)
})

it('answers timeout when the server never does', async () => {
  const operations = [describeSample('add', { idempotent: true })]
  const server = createSampleServer({ process: never, operations })
  const dispatcher = dispatcherOf({ servers: [server] })
  const answer = await dispatcher.dispatch(call(), { deadline: Date.now() + 30 })
  expect(answer).toMatchObject({ error: { code: 'timeout', retryable: true } })
  expect(await dispatcher.dispatch(call('x', 'y'), { deadline: Date.now() + 5 })).toMatchObject({
    error: { code: 'timeout', retryable: false },
  })
})

it('does not ask the server when the deadline has passed', async () => {
  const server = createSampleServer()
  const answer = await dispatcherOf({ servers: [server] }).dispatch(call(), { deadline: 1 })
  expect(codeOf(answer)).toBe('timeout')
  expect(server.received).toEqual([])
})

it('answers cancelled at once when the caller leaves, even if the server goes on', async () => {
  const dispatcher = dispatcherOf({ servers: [createSampleServer({ process: never })] })
  const controller = new AbortController()
  const answer = dispatcher.dispatch(call(), { signal: controller.signal })
  await setImmediate()
  controller.abort()
  expect(codeOf(await answer)).toBe('cancelled')
  expect(codeOf(await dispatcher.dispatch(call(), { signal: controller.signal }))).toBe('cancelled')
})

it('hands the context on as it came, and tells which server it chose first', async () => {
  const told: string[] = []
  const seen: unknown[] = []
  const dispatcher = dispatcherOf({
    servers: [
      createSampleServer({
        async process(request, context) {
          seen.push(context, [...told])
          return success(request, {})
        },
      }),
    ],
  })
  const context = {
    signal: new AbortController().signal,
    deadline: Date.now() + 1000,
    onRouted: (name: string) => void told.push(name),
  }
  await dispatcher.dispatch(call(), context)
  expect(seen).toEqual([context, ['tools']])
  expect(seen[0]).toBe(context)
})

it('runs middleware around everything, the first outermost', async () => {
  const trail: string[] = []
  const dispatcher = dispatcherOf({
    servers: [createSampleServer()],
    middleware: [
      async (request, context, next) => {
        trail.push('first')
        const answer = await next(request, context)
        trail.push(answer.status)
        return answer
      },
      (request, context, next) => {
        trail.push('second')
        return next({ ...request, type: 'tool-execution' }, context)
      },
    ],
  })
  const answer = await dispatcher.dispatch({ ...call(), type: 'old-name' })
  expect(trail).toEqual(['first', 'second', 'success'])
  expect(answer.status).toBe('success')
})

it('answers for a middleware that throws or never answers', async () => {
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

it('keeps the old server when its replacement cannot describe itself', async () => {
  const dispatcher = dispatcherOf({ servers: [createSampleServer()] })
  const broken = {
    ...createSampleServer(),
    describe: () => Promise.reject(new McpError('unavailable', 'Not there.')),
  }
  await expect(dispatcher.replace(broken)).rejects.toThrow('Not there.')
  expect(codeOf(await dispatcher.dispatch(call()))).toBe('ok')
})

it('lists a server that is not there yet, and lets it join when it is', async () => {
  let isUp = false
  const sample = createSampleServer({
    name: 'late',
    routes: [{ type: 'late-call', targetKey: 'x' }],
  })
  const late = {
    ...sample,
    async describe() {
      if (!isUp) throw new McpError('unavailable', 'Not there yet.')
      return sample.describe()
    },
  }
  const dispatcher = dispatcherOf({})
  await dispatcher.add(late)
  expect(await dispatcher.servers()).toMatchObject([
    { name: 'late', health: { state: 'unhealthy' } },
  ])
  expect(codeOf(await dispatcher.dispatch(createRequest('late-call')))).toBe('unknown-type')

  isUp = true
  await vi.waitFor(async () =>
    expect(codeOf(await dispatcher.dispatch(createRequest('late-call')))).toBe('ok'),
  )
  expect(await dispatcher.servers()).toMatchObject([{ name: 'late', health: { state: 'healthy' } }])
})

it('gives a builtin that has not described itself its requests already', async () => {
  const server = {
    ...createSampleServer({
      process: async (request) =>
        createResponse(request.id, 'error', new McpError('unavailable', 'Not there yet.')),
    }),
    describe: () => Promise.reject(new McpError('unavailable', 'Not there yet.')),
  }
  const dispatcher = dispatcherOf({ servers: [server] })
  expect(codeOf(await dispatcher.dispatch(call()))).toBe('unavailable')
})

it('waits for a server that is just describing itself', async () => {
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

it('asks again when a server says its catalogue has changed', async () => {
  const server = createSampleServer()
  const dispatcher = dispatcherOf({ servers: [server] })
  const told: string[] = []
  dispatcher.subscribe(({ type }, name) => told.push(`${name} ${type}`))
  server.routes = [...server.routes, { type: 'new-type', targetKey: 'thing' }]
  server.tell(createNotification('catalogue-changed'))
  expect(codeOf(await dispatcher.dispatch(createRequest('new-type')))).toBe('ok')
  expect(told).toEqual(['tools catalogue-changed'])
})

it('merges what the servers tell, with the name of who told it', async () => {
  const server = createSampleServer()
  const dispatcher = dispatcherOf({ servers: [server] })
  const told: unknown[] = []
  const stop = dispatcher.subscribe((notification, name) => told.push([notification, name]))
  const notification = createNotification('resource-updated')
  server.tell(notification)
  stop()
  server.tell(notification)
  expect(told).toEqual([[notification, 'tools']])
})

it('knows the operation a request would run', () => {
  const operations = [
    describeSample('add', { readOnly: true }, 'calculator'),
    describeSample('describe', { idempotent: true }),
  ]
  const dispatcher = dispatcherOf({ servers: [createSampleServer({ operations })] })
  expect(dispatcher.operationOf(call())?.hints.readOnly).toBe(true)
  expect(dispatcher.operationOf(call('anything', 'describe'))?.hints.idempotent).toBe(true)
  expect(dispatcher.operationOf(call('other', 'add'))).toBeUndefined()
  expect(dispatcher.operationOf(call('calculator', 'constructor'))).toBeUndefined()
  expect(dispatcher.operationOf(createRequest('unheard-of'))).toBeUndefined()
})

it('tells the servers that a session is closed', async () => {
  const tools = createSampleServer()
  const notes = createSampleServer({ name: 'notes', routes: [{ type: 'note', targetKey: 'note' }] })
  const dispatcher = dispatcherOf({ servers: [tools, notes] })
  await dispatcher.sessionClosed('one', ['notes'])
  await dispatcher.sessionClosed('two')
  expect(tools.closedSessions).toEqual(['two'])
  expect(notes.closedSessions).toEqual(['one', 'two'])
})

it('says how its servers are, together and one by one', async () => {
  const ill = {
    ...createSampleServer({ name: 'ill', routes: [] }),
    health: () => ({ state: 'unhealthy', reason: 'Fever.' }) as const,
  }
  const dispatcher = dispatcherOf({ servers: [createSampleServer(), ill] })
  expect(await dispatcher.health()).toEqual({
    state: 'degraded',
    reason: 'Not healthy: ill.',
    servers: { tools: { state: 'healthy' }, ill: { state: 'unhealthy', reason: 'Fever.' } },
  })
})

it('answers what is in flight and closes its servers when it closes', async () => {
  const server = createSampleServer({ process: never })
  const dispatcher = createDispatcher({ servers: [server] })
  const answer = dispatcher.dispatch(call())
  await dispatcher.close()
  await dispatcher.close()
  expect(codeOf(await answer)).toBe('unavailable')
  expect(codeOf(await dispatcher.dispatch(call()))).toBe('unavailable')
  expect(server.isClosed).toBe(true)
  await expect(dispatcher.add(createSampleServer())).rejects.toThrow('closed')
})
