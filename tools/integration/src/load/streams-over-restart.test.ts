import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, it } from 'vitest'

import { calculation, openSession, postJson } from '../http.ts'
import { freePort, startApp, waitUntil } from '../running-app.ts'
import type { CountedStream } from './counted-streams.ts'
import { createCountedStream } from './counted-streams.ts'

// RESTART_STREAMS=5000 is the size of a busy service; it also asserts the delays.
const streamCount = Number(process.env['RESTART_STREAMS'] ?? 200)
const isFull = streamCount >= 5000
const streamsPerSession = 40
const maxLoopDelayMs = 50

const stops: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop()
}, 60_000)

/** Runs a task for each item, a bounded number of them at a time. */
async function forEach<Item>(items: readonly Item[], run: (item: Item) => Promise<unknown>) {
  const rest = items.values()
  const work = async () => {
    for (const item of rest) await run(item)
  }
  await Promise.all(Array.from({ length: 100 }, work))
}

/** Starts a session manager and a tools server that can be started again with their data. */
async function startServices() {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-streams-'))
  stops.push(() => rmSync(folder, { recursive: true, force: true }))
  const [port, toolsPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const toolsUrl = `http://127.0.0.1:${toolsPort}`
  const start = async (app: string, healthUrl: string) => {
    const environment = {
      SESSION_MANAGER_PORT: String(port),
      TOOLS_SERVER_PORT: String(toolsPort),
      TOOLS_SERVER_URL: toolsUrl,
      MCP_DATA_DIR: join(folder, app),
    }
    const running = await startApp({ app, environment, healthUrl: `${healthUrl}/health` })
    stops.push(() => running.stop('SIGKILL'))
    return running
  }
  return {
    url,
    startTools: () => start('tools-server', toolsUrl),
    startManager: () => start('session-manager', url),
  }
}

/** Returns the longest delay of the event loop since the last call, in milliseconds. */
async function readLoopDelayMs(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)?.[1]) * 1000
}

/** Reads a session again and again during some work. Returns the 99th percentile in milliseconds. */
async function readsDuring(session: string, work: () => Promise<unknown>): Promise<number> {
  const durations: number[] = []
  const state = { isDone: false }
  const working = work().finally(() => (state.isDone = true))
  while (!state.isDone) {
    const startedAt = performance.now()
    const response = await fetch(session)
    await response.text()
    expect(response.status).toBe(200)
    durations.push(performance.now() - startedAt)
    await new Promise((next) => setTimeout(next, 5))
  }
  await working
  return durations.toSorted((a, b) => a - b)[Math.floor(durations.length * 0.99)] ?? 0
}

it(`keeps ${streamCount} event streams complete over the restart of a server and of the session manager`, async () => {
  const { url, startTools, startManager } = await startServices()
  const tools = await startTools()
  const manager = await startManager()
  const sessions: string[] = []
  for (let count = 0; count < streamCount / streamsPerSession; count++) {
    const session = await openSession(url)
    sessions.push(session)
    // Only a session that has used a server is told of its restart.
    await waitUntil('the tools server is used', async () => {
      const { status } = await postJson(`${session}/requests`, calculation('add', 1, 1))
      return status === 200
    })
  }
  const other = await openSession(url)
  const streams: CountedStream[] = sessions.flatMap((session) =>
    Array.from({ length: streamsPerSession }, () => createCountedStream(session)),
  )
  stops.push(() => {
    for (const stream of streams) stream.close()
  })
  const published: number[] = []
  const publish = async () => {
    const number = published.push(published.length) - 1
    await forEach(sessions, async (session) => {
      const { status } = await postJson(`${session}/notifications`, {
        type: 'note-added',
        data: { number },
      })
      expect(status).toBe(202)
    })
  }
  const areReceived = (isSo: (stream: CountedStream) => boolean, what: string) =>
    waitUntil(what, async () => streams.every(isSo), 120)

  await forEach(streams, (stream) => stream.open())
  const idleP99Ms = await readsDuring(other, async () => {
    for (let round = 0; round < 3; round++) await publish()
    await areReceived(({ numbers }) => numbers.length === 3, 'the first notifications')
  })

  await readLoopDelayMs(url)
  const p99Ms = await readsDuring(other, async () => {
    await tools.stop('SIGKILL')
    await startTools()
    await areReceived(({ types }) => types.includes('server-restarted'), 'server-restarted')
  })
  const serverRestartDelayMs = await readLoopDelayMs(url)
  for (const { types } of streams) {
    expect(types.filter((type) => type === 'server-restarted')).toHaveLength(1)
  }

  const stoppedAt = performance.now()
  expect(await manager.stop()).toBe(0)
  const stopMs = performance.now() - stoppedAt
  await Promise.all(streams.map(({ ended }) => ended))
  for (const { types } of streams) expect(types.at(-1)).toBe('stream-closing')

  const reopening = forEach(streams, (stream) => stream.open())
  const startedAt = performance.now()
  await startManager()
  await Promise.all([reopening, publish().then(publish)])
  const backMs = performance.now() - startedAt
  const reopenDelayMs = await readLoopDelayMs(url)
  await areReceived(({ numbers }) => numbers.length >= published.length, 'all notifications')
  for (const { numbers, types } of streams) {
    expect(numbers).toEqual(published)
    expect(types).not.toContain('stream-gap')
  }

  const figures = { idleP99Ms, p99Ms, serverRestartDelayMs, stopMs, backMs, reopenDelayMs }
  console.log({ streams: streamCount, ...figures })
  expect(stopMs).toBeLessThan(10_000)
  if (!isFull) return
  expect(serverRestartDelayMs).toBeLessThan(maxLoopDelayMs)
  expect(p99Ms).toBeLessThan(2 * idleP99Ms)
}, 600_000)
