import { createClient } from '@mcp/client'
import { createDispatcher } from '@mcp/dispatcher'
import { createNodeHandler } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import express from 'express'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { post, toolRequest } from './calls.ts'
import { drill } from './drill.ts'
import type { DrillSystem } from './drill-system.ts'
import { startDrillSystem } from './drill-system.ts'
import { asService, listenOnLoopback } from './listening.ts'

let system: DrillSystem
let sessions: string
beforeAll(async () => {
  const app = express()
  // As many apps do for all of their routes: the bodies are read before they get to the mount.
  app.use(express.json())
  app.get('/', (_request, response) => {
    response.send('the app itself')
  })
  app.post('/echo', (request, response) => {
    response.json(request.body)
  })
  system = await startDrillSystem(app)
  sessions = `${system.url}/mcp-sessions/sessions`
})
afterAll(() => system[Symbol.asyncDispose]())

it('leaves the other routes of the app as they were', async () => {
  expect(await (await fetch(system.url)).text()).toBe('the app itself')
  expect(await post(`${system.url}/echo`, { a: 1 })).toEqual({ status: 200, body: { a: 1 } })
  expect((await fetch(`${system.url}/sessions`, { method: 'POST' })).status).toBe(404)
})

it('opens a session at a Location under the prefix, which answers there', async () => {
  const opened = await fetch(sessions, { method: 'POST' })
  const location = opened.headers.get('location') ?? ''
  expect(opened.status).toBe(201)
  expect(location).toMatch(/^\/mcp-sessions\/sessions\/[\w-]+$/)
  const found = await fetch(new URL(location, system.url))
  expect(await found.json()).toEqual(await opened.json())
})

it('answers requests and says what is wrong in JSON', async () => {
  const { sessionId } = await openSession()
  expect(
    await post(
      `${sessions}/${sessionId}/requests`,
      toolRequest('calculator', 'add', { a: 2, b: 3 }),
    ),
  ).toMatchObject({ status: 200, body: { status: 'success', data: { result: 5 } } })
  expect(
    await post(`${sessions}/nobodys/requests`, toolRequest('calculator', 'add', {})),
  ).toMatchObject({ status: 404, body: { error: { code: 'session-not-found' } } })
  // What express.json() leaves alone because of its type arrives here unread.
  const plain = await fetch(sessions, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: '{}',
  })
  expect(plain.status).toBe(400)
  expect(await plain.json()).toMatchObject({ error: { code: 'invalid-request' } })
})

it('streams events as they come, and resumes after the last one seen', async () => {
  const { sessionId } = await openSession()
  const events = `${sessions}/${sessionId}/events`
  const publish = (type: string) => post(`${sessions}/${sessionId}/notifications`, { type })

  const live = await fetch(events)
  expect(live.headers.get('content-type')).toMatch(/^text\/event-stream/)
  const reader = readText(live)
  await reader.until('event: stream-open')
  await publish('first-news')
  const seen = await reader.until('event: first-news')
  await reader.leave()
  await publish('second-news')

  const lastEventId = /^id: ?(.+)$/m.exec(seen.slice(seen.lastIndexOf('id:')))?.[1] ?? ''
  const resumed = readText(await fetch(events, { headers: { 'last-event-id': lastEventId } }))
  const replayed = await resumed.until('event: stream-open')
  await resumed.leave()
  expect(replayed).toContain('event: second-news')
  expect(replayed).not.toContain('event: first-news')
})

it('cancels a request under way, at its server too', async () => {
  const client = createClient({ url: `${system.url}/mcp-sessions`, contracts: [drill] })
  await using session = await client.connect()
  const opened = Promise.withResolvers<void>()
  const notifications = session.notifications({ onOpen: opened.resolve })
  const waiting = notifications.next()
  await opened.promise

  const answer = post(`${sessions}/${session.id}/requests`, {
    id: 'patience',
    type: drill.type,
    payload: { operation: 'wait' },
  })
  expect(await waiting).toMatchObject({ value: { type: 'drill-waiting' } })
  const cancelled = await fetch(`${sessions}/${session.id}/requests/patience`, { method: 'DELETE' })
  expect(cancelled.status).toBe(204)
  expect(await answer).toMatchObject({ status: 499, body: { error: { code: 'cancelled' } } })
  expect(await notifications.next()).toMatchObject({ value: { type: 'drill-cancelled' } })
})

it('says its own base path in Express, which takes the mount off', async () => {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const manager = createSessionManager({ dispatcher, basePath: '/mcp-sessions' })
  const app = express()
  app.use('/mcp-sessions', createNodeHandler(manager))
  await using server = await listenOnLoopback(app)

  const opened = await fetch(`${server.url}/mcp-sessions/sessions`, { method: 'POST' })
  const location = opened.headers.get('location') ?? ''
  expect(location).toMatch(/^\/mcp-sessions\/sessions\/[\w-]+$/)
  expect((await fetch(server.url + location)).status).toBe(200)
  const sum = toolRequest('calculator', 'add', { a: 2, b: 3 })
  expect(await post(`${server.url}${location}/requests`, sum)).toMatchObject({
    status: 200,
    body: { data: { result: 5 } },
  })
  const document = await fetch(`${server.url}/mcp-sessions/openapi.json`)
  expect(await document.json()).toMatchObject({ servers: [{ url: '/mcp-sessions' }] })
  await manager.close()
  await dispatcher.close()
})

it('is mounted in Hono by its fetch, where the path comes whole', async () => {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const manager = createSessionManager({ dispatcher, basePath: '/mcp-sessions' })
  const app = new Hono()
  app.get('/', ({ text }) => text('the app itself'))
  app.all('/mcp-sessions/*', ({ req }) => manager.fetch(req.raw))
  await using server = await listenOnLoopback(createNodeHandler(asService(app)))

  expect(await (await fetch(server.url)).text()).toBe('the app itself')
  const opened = await fetch(`${server.url}/mcp-sessions/sessions`, { method: 'POST' })
  const location = opened.headers.get('location') ?? ''
  expect(location).toMatch(/^\/mcp-sessions\/sessions\/[\w-]+$/)
  const session = server.url + location
  const events = readText(await fetch(`${session}/events`))
  await events.until('event: stream-open')
  expect(await post(`${session}/notifications`, { type: 'news' })).toMatchObject({ status: 202 })
  expect(await events.until('event: news')).toContain('event: news')
  await events.leave()
  await manager.close()
  await dispatcher.close()
})

async function openSession(): Promise<{ sessionId: string }> {
  return (await fetch(sessions, { method: 'POST' })).json()
}

/** Reads a body that does not end. */
function readText(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    /** Resolves with all there was, once the words and the event they are in have come. */
    async until(words: string): Promise<string> {
      while (!text.includes(words) || !text.endsWith('\n\n')) {
        const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
        if (done) throw new Error(`The stream ended without "${words}":\n${text}`)
        text += value
      }
      return text
    },
    leave: async () => reader?.cancel(),
  }
}
