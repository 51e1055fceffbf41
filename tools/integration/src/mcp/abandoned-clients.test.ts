import { resolve } from 'node:path'

import { isRecord } from '@mcp/protocol'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import * as z from 'zod'

import type { RunningApp } from '../running-app.ts'
import { freePort, startApp, waitUntil } from '../running-app.ts'
import { stateSchema } from './calls-server.ts'
import type { Era, StalledRequest } from './raw-client.ts'
import { openLegacySession, post, stall, toPost } from './raw-client.ts'

const callTimeoutMs = 30_000
/** Number of calls that are not read. `npm run test:full` sets more. */
const stalledCalls = Number(process.env['STALLED_CALLS'] ?? 2)
/** About 60 MB, because Linux keeps up to 37 MiB for a client that does not read. */
const progressCount = 200_000
/** Maximum memory that a client may take that has stopped reading. */
const maxStalledBytes = 512 * 1024

let app: RunningApp
let url: string
beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  app = await startApp({
    program: resolve(import.meta.dirname, 'program.ts'),
    flags: ['--expose-gc', '--unhandled-rejections=strict'],
    environment: { SESSION_MANAGER_PORT: String(port), CALL_TIMEOUT_MS: String(callTimeoutMs) },
    healthUrl: `${url}/health`,
  })
}, 60_000)
afterAll(async () => {
  await app.stop('SIGKILL')
})

async function readState() {
  const params = { name: 'calls_state', arguments: {} }
  const response = await post(url, 'modern', { method: 'tools/call', params })
  const body: unknown = await response.json()
  const result = isRecord(body) ? body['result'] : undefined
  return z.object({ structuredContent: stateSchema() }).parse(result).structuredContent
}

async function readMetric(name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1])
}

it('closes event streams that are not read, and bounds their memory', async () => {
  const uri = `memory:///${'x'.repeat(50_000)}`
  const listen = toPost('modern', {
    method: 'subscriptions/listen',
    params: { notifications: { resourceSubscriptions: [uri] } },
  })
  const streams: StalledRequest[] = []
  async function openStreamPair(): Promise<void> {
    const session = await openLegacySession(url)
    const headers = { accept: 'text/event-stream', 'mcp-session-id': session }
    streams.push(await stall(url, '/mcp', { headers }))
    streams.push(await stall(url, '/mcp', listen))
    await waitUntil('the streams are open', async () => (await openStreams()) === streams.length)
  }
  const openStreams = () => readMetric('mcp_streams_open')
  const notification = JSON.stringify({ type: 'resource-updated', data: { uri } })
  async function publish(): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: notification }
    await (await fetch(`${url}/notifications`, init)).text()
  }
  // The first streams and notifications load code.
  await openStreamPair()
  await publish()
  const { bytes: before } = await readState()
  for (let index = 0; index < 9; index++) await openStreamPair()
  let max = before
  while ((await openStreams()) > 0) {
    // Each reading of the state collects garbage, which takes longer than a notification.
    for (let index = 0; index < 4; index++) await publish()
    max = Math.max(max, (await readState()).bytes)
  }
  const bytes = (max - before) / streams.length
  console.log(`an event stream that is not read: ${Math.round(bytes / 1024)} KiB`)
  expect(bytes).toBeLessThanOrEqual(maxStalledBytes)
  await Promise.all(streams.map((stream) => stream.rest()))
}, 120_000)

it.each(['legacy', 'modern'] as const)(
  'closes a call with 200,000 progress notifications that is not read: %s',
  async (era) => {
    const params = { name: 'calls_progress', arguments: { count: progressCount } }
    const session = era === 'legacy' ? await openLegacySession(url) : undefined
    // The first call loads code.
    const short = { name: 'calls_progress', arguments: { count: 2000 } }
    const first = { method: 'tools/call', params: short, session, progressToken: 'p' }
    await (await post(url, era, first)).text()
    const { bytes: before, started: startedBefore } = await readState()
    const call = { method: 'tools/call', params, session, progressToken: 'p' }
    const stalled = await Promise.all(
      Array.from({ length: stalledCalls }, () => stall(url, '/mcp', toPost(era, call))),
    )
    let max = before
    await vi.waitFor(
      async () => {
        const { maxBytes, started, running } = await readState()
        max = Math.max(max, maxBytes)
        expect(started - startedBefore).toBe(stalledCalls)
        expect(running).toBe(0)
      },
      { timeout: 100_000, interval: 1000 },
    )
    const bytes = (max - before) / stalled.length
    console.log(`a call that is not read, ${era}: ${Math.round(bytes / 1024)} KiB`)
    expect(bytes).toBeLessThanOrEqual(maxStalledBytes)
    for (const text of await Promise.all(stalled.map((each) => each.rest()))) {
      // Comparing booleans keeps the text out of the message of a failure.
      expect(text.includes('notifications/progress')).toBe(true)
      expect(text.includes('"result"')).toBe(false)
    }
  },
  120_000,
)

it.each(['legacy', 'modern'] as const)(
  'sends 5000 progress notifications of one turn of the event loop to a client that reads: %s',
  async (era) => {
    const session = era === 'legacy' ? await openLegacySession(url) : undefined
    const params = { name: 'calls_progress', arguments: { count: 5000, perTurn: 10_000 } }
    const call = { method: 'tools/call', params, session, progressToken: 'p' }
    const text = await (await post(url, era, call)).text()
    expect(text.split('notifications/progress')).toHaveLength(5001)
    expect(text.includes('"result"')).toBe(true)
  },
)

it('ends the calls of 200 clients that are cut off at random moments', async () => {
  const params = { name: 'calls_mixed', arguments: { count: 5 } }
  async function callAndCut(era: Era, afterMs: number): Promise<void> {
    const session = era === 'legacy' ? await openLegacySession(url) : undefined
    const cut = new AbortController()
    const timer = setTimeout(() => cut.abort(), afterMs)
    try {
      const call = { method: 'tools/call', params, session, progressToken: 'p' }
      const response = await post(url, era, call, cut.signal)
      await response.text()
    } catch (thrown) {
      if (!cut.signal.aborted) throw thrown
    } finally {
      clearTimeout(timer)
    }
  }
  const clients = Array.from({ length: 200 }, (_, index) =>
    callAndCut(index % 2 === 0 ? 'legacy' : 'modern', Math.random() * 400),
  )
  await Promise.all(clients)
  await vi.waitFor(
    async () => {
      expect((await readState()).running).toBe(0)
      expect(await readMetric('mcp_requests_running')).toBe(0)
    },
    { timeout: 60_000, interval: 500 },
  )
  expect(await app.stop()).toBe(0)
  expect(app.output()).not.toMatch(/uncaught|unhandled/i)
}, 120_000)
