import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { waitUntil } from '../running-app.ts'
import { slowness } from '../slowness.ts'
import { readEvents } from './event-reader.ts'
import type { McpHub } from './mcp-hub.ts'
import { startMcpHub } from './mcp-hub.ts'
import { openLegacySession, post } from './raw-client.ts'

const streamsPerKind = 50
const callMs = 1000
const maxExitMs = 2000

let slow: Server
let slowUrl: string
let waiting = 0
let hub: McpHub
beforeAll(async () => {
  slow = createServer((request, response) => {
    if (request.url === '/robots.txt') return response.writeHead(404).end()
    waiting++
    setTimeout(() => response.end('done'), callMs)
  }).listen(0, '127.0.0.1')
  await once(slow, 'listening')
  const address = slow.address()
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  slowUrl = `http://${host}`
  hub = await startMcpHub({ INTERNET_ALLOWED_HOSTS: host })
}, 60_000)
afterAll(async () => {
  await hub.stop()
  slow.closeAllConnections()
  slow.close()
})

it('ends streams and completes calls after SIGTERM, and exits', async () => {
  const every = Array.from({ length: streamsPerKind }, (_, index) => index)
  const gets = await Promise.all(
    every.map(async () => {
      const session = await openLegacySession(hub.url)
      const headers = { accept: 'text/event-stream', 'mcp-session-id': session }
      const events = readEvents(await fetch(`${hub.url}/mcp`, { headers }))
      expect((await events.next())?.data).toBe('')
      return events
    }),
  )
  const listens = await Promise.all(
    every.map(async () => {
      const params = { notifications: { toolsListChanged: true } }
      const events = readEvents(
        await post(hub.url, 'modern', { method: 'subscriptions/listen', params }),
      )
      expect((await events.next())?.data).toContain('notifications/subscriptions/acknowledged')
      return events
    }),
  )
  const sessions = await Promise.all([1, 2, 3, 4, 5].map(() => openLegacySession(hub.url)))
  const calls = [...sessions, ...sessions.map(() => undefined)].map(async (session, index) => {
    const params = { name: 'internet_fetch', arguments: { url: `${slowUrl}/${index}` } }
    const call = { method: 'tools/call', params, session }
    const response = await post(hub.url, session === undefined ? 'modern' : 'legacy', call)
    const body: unknown = await response.json()
    return { body, at: performance.now() }
  })
  await waitUntil('all calls run', async () => waiting === calls.length)

  const signalAt = performance.now()
  const exiting = hub.app.stop('SIGTERM').then((code) => ({ code, at: performance.now() }))
  const ends = await Promise.all([...gets, ...listens].map((events) => events.rest()))
  const streamsAt = performance.now()
  const results = await Promise.all(calls)
  const { code, at } = await exiting

  const callsAt = Math.max(...results.map((result) => result.at))
  const ms = (time: number): number => Math.round(time - signalAt)
  console.log({ streamsMs: ms(streamsAt), callsMs: ms(callsAt), exitMs: ms(at) })
  for (const { body } of results) {
    expect(body).toMatchObject({ result: { structuredContent: expect.anything() } })
    expect(body).not.toHaveProperty('result.isError')
  }
  expect(ends.slice(0, streamsPerKind).flat()).toEqual([])
  for (const events of ends.slice(streamsPerKind)) {
    expect(events.map(({ data }) => JSON.parse(data))).toMatchObject([
      { id: 1, result: { resultType: 'complete' } },
    ])
  }
  expect(code).toBe(0)
  expect(at - callsAt).toBeLessThan(maxExitMs * slowness())
}, 120_000)
