import { readFileSync } from 'node:fs'
import { connect } from 'node:net'

import fc from 'fast-check'
import { Pool } from 'undici'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'

import { hostileBody } from './hostile-bodies.ts'
import { openSession } from './http.ts'
import { startHub } from './system.ts'

let hub: Awaited<ReturnType<typeof startHub>>
let session: string
const pools = new Map<string, Pool>()

beforeAll(async () => {
  hub = await startHub({ LOG_LEVEL: 'silent' })
  session = await openSession(hub.sessionManagerUrl)
}, 60_000)
afterAll(async () => {
  await Promise.all(Array.from(pools.values(), (pool) => pool.close()))
  await hub.stop()
}, 30_000)

interface HttpResult {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

async function post(url: string, body: string | Buffer): Promise<HttpResult> {
  const { origin } = new URL(url)
  const pool = pools.get(origin) ?? new Pool(origin, { connections: 16 })
  pools.set(origin, pool)
  return postBy(pool, url, body)
}

async function postBy(
  pool: Pool,
  url: string,
  body: string | Buffer,
  contentType?: string,
): Promise<HttpResult> {
  const { pathname } = new URL(url)
  const response = await pool.request({
    method: 'POST',
    path: pathname,
    headers: { 'content-type': contentType ?? 'application/json' },
    body,
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
  })
  return {
    status: response.statusCode,
    contentType: String(response.headers['content-type']),
    text: await response.body.text(),
  }
}

/** 2xx or 4xx, JSON, an error envelope for 4xx, and no internals. */
function expectHonest({ status, contentType, text }: HttpResult): void {
  expect(`${status} ${text}`).toMatch(/^[24]/)
  expect(contentType).toMatch(/^application\/json/)
  const value: unknown = JSON.parse(text)
  expect(typeof value === 'object' && value !== null && 'error' in value).toBe(status >= 400)
  // Paths of source files only: resources have file URIs, and examples contain them.
  expect(text).not.toMatch(/ {4}at |node_modules|\/src\/|file:\/\/\S+\.[cm]?[jt]s\b/)
}

const runs = Number(process.env['BAD_INPUT_RUNS'] ?? 2500)

it('never breaks, whatever is posted', async () => {
  const targets = [
    `${hub.sessionManagerUrl}/sessions`,
    `${session}/requests`,
    `${hub.clientUrl}/process`,
  ]
  // On failure fast-check prints the seed and the smallest body it found.
  const throwAt = (numRuns: number) =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets), hostileBody, async (url, body) => {
        const result = await post(url, body)
        expectHonest(result)
        // Only what remains after a session is closed is a leak.
        if (result.status === 201) await closeSession(result.text)
      }),
      { numRuns, interruptAfterTimeLimit: 240_000, markInterruptAsFailure: true },
    )
  // The first calls compile code and fill pools.
  await throwAt(2000)
  const before = residentMegabytes()
  await throwAt(runs)
  expect(residentMegabytes() - before).toBeLessThan(100)
}, 500_000)

async function closeSession(text: string): Promise<void> {
  const { sessionId } = z.object({ sessionId: z.string() }).parse(JSON.parse(text))
  const response = await fetch(`${hub.sessionManagerUrl}/sessions/${sessionId}`, {
    method: 'DELETE',
  })
  expect(response.status).toBe(204)
}

it.each([
  ['20 MB', () => Buffer.alloc(20_000_000, 'x'), 'application/json', 413],
  ['100,000 levels', () => '['.repeat(100_000), 'application/json', 413],
  ['another content type', () => 'a=1', 'application/x-www-form-urlencoded', 400],
  ['an unknown version', () => '{"type":"a","metadata":{"version":"9.0"}}', undefined, 400],
  ['invalid UTF-8', () => Buffer.from([0x22, 0xff, 0x22]), undefined, 400],
])('responds to a body with %s', async (_what, body, contentType, status) => {
  // On its own connection: the hub closes the connection of a body that it does not read to the end.
  const pool = new Pool(new URL(session).origin)
  try {
    const result = await postBy(pool, `${session}/requests`, body(), contentType)
    expectHonest(result)
    expect(result.status).toBe(status)
  } finally {
    await pool.destroy()
  }
})

it('survives a body that is cut off', async () => {
  const { hostname, port, pathname } = new URL(`${session}/requests`)
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n`
      socket.end(`${head}content-type: application/json\r\ncontent-length: 500\r\n\r\n{"type":`)
    })
    socket.resume()
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })
  const after = await post(`${session}/requests`, '{"type":"nothing-takes-this"}')
  expect(after.status).toBe(404)
})

/** Zero without /proc: growth is then not measured. */
function residentMegabytes(): number {
  try {
    const status = readFileSync(`/proc/${hub.app.process.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
  } catch {
    return 0
  }
}
