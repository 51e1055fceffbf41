import { request } from 'node:http'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { postJson } from '../http.ts'
import { readEvents } from '../mcp/event-reader.ts'
import { areProgramsMissing } from '../missing-programs.ts'
import type { LoadBalanced } from './load-balanced.ts'
import { programs, startLoadBalanced } from './load-balanced.ts'

const isMissing = areProgramsMissing({
  'redis-server': programs.redis,
  'nginx-light': programs.nginx,
})
const token = 'a-long-secret-of-a-test'
const authorization = `Bearer ${token}`

let system: LoadBalanced
beforeAll(async () => {
  if (!isMissing) system = await startLoadBalanced(token)
}, 120_000)
afterAll(() => system?.[Symbol.asyncDispose]())

async function openSession(url: string): Promise<string> {
  const { status, body } = await postJson(`${url}/sessions`, {}, { authorization })
  expect(status).toBe(201)
  return String(Object(body).sessionId)
}

/** Returns the number of sessions that a replica has opened. */
async function openedBy(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^mcp_sessions_opened_total (\d+)/m.exec(text)?.[1] ?? 0)
}

/** Returns the status of `GET /sessions/:id` with headers that `fetch` does not send. */
function statusWith(id: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const url = new URL(`/sessions/${id}`, system.url)
    const sent = request(url, { headers: { authorization, ...headers } }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}

it.skipIf(isMissing)(
  'sends requests to both session managers, which know each session',
  async () => {
    const ids: string[] = []
    for (let number = 0; number < 8; number++) ids.push(await openSession(system.url))
    for (const url of system.replicaUrls) expect(await openedBy(url)).toBeGreaterThan(0)
    for (const url of [...system.replicaUrls, system.url]) {
      for (const id of ids) {
        const response = await fetch(`${url}/sessions/${id}`, { headers: { authorization } })
        expect(response.status).toBe(200)
      }
    }
  },
)

it.skipIf(isMissing)(
  'passes each event on when it is published, at whichever replica',
  async () => {
    const id = await openSession(system.url)
    const headers = { authorization, accept: 'text/event-stream' }
    const response = await fetch(`${system.url}/sessions/${id}/events`, { headers })
    const reader = readEvents(response)
    await reader.next()
    for (const url of system.replicaUrls) {
      const note = { type: 'note', data: { url } }
      const { status } = await postJson(`${url}/sessions/${id}/notifications`, note, {
        authorization,
      })
      expect(status).toBe(202)
      expect((await reader.next())?.data).toContain(url)
    }
    await response.body?.cancel().catch(() => {})
  },
)

it.skipIf(isMissing)(
  'replaces the headers by which a caller could claim another origin',
  async () => {
    const id = await openSession(system.url)
    expect(await statusWith(id, {})).toBe(200)
    // Session managers with MCP_TRUST_PROXY refuse a host that is not allowed.
    expect(await statusWith(id, { 'x-forwarded-host': 'evil.example' })).toBe(200)
    expect(await statusWith(id, { host: 'evil.example' })).toBe(403)
  },
)

it.skipIf(isMissing)('continues with one session manager', async () => {
  const id = await openSession(system.url)
  await system.killReplica(0)
  for (let number = 0; number < 10; number++) {
    const { status } = await fetch(`${system.url}/sessions/${id}`, { headers: { authorization } })
    expect(status).toBe(200)
  }
})
