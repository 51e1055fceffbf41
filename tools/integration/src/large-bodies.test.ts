import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { connect } from 'node:net'

import { afterEach, expect, it } from 'vitest'

import { openSession } from './http.ts'
import { residentBytes } from './load/process-memory.ts'
import type { RunningApp } from './running-app.ts'
import { freePort, startApp, waitUntil } from './running-app.ts'
import { startHub } from './system.ts'

const stops: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop()
})

// `LARGE_BODIES=150` is the full test; the default still sends more than may be kept.
const connections = Number(process.env['LARGE_BODIES'] ?? 40)
const bodyBytes = 4_000_000
const heldBackBytes = 100_000
const budgetBytes = 64 * 1024 * 1024
const maxGrowthBytes = 80 * 1024 * 1024

interface HeldRequest {
  readonly socket: Socket
  /** Status line of the response; empty until there is one. */
  readonly status: () => string
}

/** Sends a request except for the end of its body, and keeps the connection open. */
function holdRequest({ hostname, port, host, pathname }: URL): HeldRequest {
  const socket = connect(Number(port), hostname)
  let received = ''
  socket.on('data', (bytes) => (received += bytes.toString('latin1')))
  // The server may close the connection of a refused request.
  socket.on('error', () => {})
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${bodyBytes}\r\n\r\n`,
  )
  socket.write(Buffer.alloc(bodyBytes - heldBackBytes, 0x20))
  stops.push(() => void socket.destroy())
  return { socket, status: () => received.split('\r\n', 1)[0] ?? '' }
}

/** Holds requests until all but `maxHeld` are refused; returns them and the maximum memory meanwhile. */
async function holdRequests(app: RunningApp, target: URL, maxHeld: number) {
  let maxBytes = residentBytes(app)
  const held = Array.from({ length: connections }, () => holdRequest(target))
  await waitUntil('the other requests are refused', async () => {
    maxBytes = Math.max(maxBytes, residentBytes(app))
    return held.filter(({ status }) => status() === '').length <= maxHeld
  })
  return { maxBytes, held }
}

const isLinux = existsSync('/proc/self/status')

it.runIf(isLinux).each(['/sessions/ses-1/requests', '/sessions'])(
  'responds with 401 to the headers of a request to %s, without keeping its body',
  async (path) => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const app = await startApp({
      app: 'session-manager',
      environment: { SESSION_MANAGER_PORT: String(port), MCP_TOKENS: 'ada:a-long-secret-of-ada' },
      healthUrl: `${url}/health`,
    })
    stops.push(() => app.stop())

    const before = residentBytes(app)
    const { maxBytes, held } = await holdRequests(app, new URL(path, url), 0)
    expect(maxBytes - before).toBeLessThan(maxGrowthBytes)
    for (const { status } of held) expect(status()).toBe('HTTP/1.1 401 Unauthorized')
  },
  120_000,
)

// The resident memory contains garbage, which a busy machine collects late, but not every time.
it.runIf(isLinux).each(['session manager', 'client'] as const)(
  'bounds the bodies that the %s of an anonymous hub reads at the same time',
  { retry: 2, timeout: 120_000 },
  async (service) => {
    const hub = await startHub({ LOG_LEVEL: 'silent' })
    stops.push(() => hub.stop())
    const session = await openSession(hub.sessionManagerUrl)
    const target = new URL(
      service === 'client' ? `${hub.clientUrl}/process` : `${session}/requests`,
    )

    const before = residentBytes(hub.app)
    const { maxBytes, held } = await holdRequests(
      hub.app,
      target,
      budgetBytes / (bodyBytes - heldBackBytes),
    )
    expect(maxBytes - before).toBeLessThan(maxGrowthBytes)
    const statuses = new Set(held.map(({ status }) => status()))
    expect(statuses).toEqual(new Set(['', 'HTTP/1.1 503 Service Unavailable']))

    for (const { socket } of held) socket.destroy()
    await waitUntil('the budget is whole again', async () => {
      const body = JSON.stringify({ padding: 'x'.repeat(bodyBytes) })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(target, { method: 'POST', body, headers })
      await response.body?.cancel()
      return response.status !== 503
    })
  },
)
