import { setTimeout as delay } from 'node:timers/promises'

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { waitUntil } from '../running-app.ts'
import type { SilentServer } from '../silent-server.ts'
import { startSilentServer } from '../silent-server.ts'
import { readEvents } from './event-reader.ts'
import type { McpHub } from './mcp-hub.ts'
import { startMcpHub } from './mcp-hub.ts'
import { openLegacySession, post, toPost } from './raw-client.ts'

/** Number of kills. The full form has 20. */
const kills = Number(process.env['MCP_KILLS'] ?? 3)
const updates = 500
/** Resources beyond those, for the updates that a kill interrupts: one at a time. */
const spare = 2 * kills

let hub: McpHub
let silent: SilentServer
beforeAll(async () => {
  silent = await startSilentServer()
  hub = await startMcpHub({ INTERNET_ALLOWED_HOSTS: new URL(silent.url).host })
}, 60_000)
afterAll(async () => {
  await hub.stop()
  await silent.close()
})

async function connect(received: string[]) {
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { versionNegotiation: { mode: 'legacy' } },
  )
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    received.push(params.uri)
  })
  const transport = new StreamableHTTPClientTransport(new URL(`${hub.url}/mcp`), {
    reconnectionOptions: {
      initialReconnectionDelay: 100,
      maxReconnectionDelay: 1000,
      reconnectionDelayGrowFactor: 1,
      maxRetries: 10_000,
    },
  })
  await client.connect(transport)
  return { client, transport }
}

const uriOf = (index: number): string => `file:///note-${index}.txt`

/** Creates a resource. Returns whether the hub acknowledged it. */
async function create(session: string, uri: string): Promise<boolean> {
  try {
    const params = { name: 'resources_create', arguments: { resource: uri, content: uri } }
    const response = await post(hub.url, 'legacy', { method: 'tools/call', params, session })
    const { result } = Object(await response.json())
    return result !== undefined && result.isError !== true
  } catch {
    return false
  }
}

it(
  'continues sessions, streams and subscriptions after kills, and loses and doubles nothing',
  async () => {
    const received: string[] = []
    const { client, transport } = await connect(received)
    const { sessionId } = transport
    for (let index = 0; index < updates + spare; index++) {
      await client.subscribeResource({ uri: uriOf(index) })
    }
    const writer = await openLegacySession(hub.url)
    const acknowledged: string[] = []
    const done = new AbortController()

    async function write(): Promise<void> {
      for (let index = 0; acknowledged.length < updates; index++) {
        if (await create(writer, uriOf(index))) acknowledged.push(uriOf(index))
        else await hub.isBack()
      }
    }
    const failures: string[] = []
    let results = 0
    async function callWithoutPause(): Promise<void> {
      while (!done.signal.aborted) {
        try {
          const { structuredContent } = await client.callTool({
            name: 'calculator_add',
            arguments: { a: 2, b: 3 },
          })
          expect(structuredContent).toEqual({ result: 5 })
          results++
        } catch (thrown) {
          failures.push(String(thrown))
          await delay(50)
        }
      }
    }
    async function kill(): Promise<void> {
      for (let round = 1; round <= kills; round++) {
        const after = Math.floor((round * updates) / (kills + 1))
        await waitUntil('more updates', async () => acknowledged.length >= after)
        await hub.killAndRestart()
      }
    }
    const calling = [callWithoutPause(), callWithoutPause()]
    await Promise.all([write(), kill()])
    done.abort()
    await Promise.all(calling)
    await waitUntil('all notifications', async () =>
      acknowledged.every((uri) => received.includes(uri)),
    ).catch(() => {})

    console.log({
      kills,
      acknowledged: acknowledged.length,
      received: received.length,
      results,
      failures: failures.length,
    })
    expect(acknowledged.filter((uri) => !received.includes(uri))).toEqual([])
    expect(received.filter((uri, index) => received.indexOf(uri) !== index)).toEqual([])
    expect(results).toBeGreaterThan(0)
    expect(failures.filter((text) => !/fetch failed|terminated/.test(text))).toEqual([])
    expect(transport.sessionId).toBe(sessionId)
    await client.close()
  },
  120_000 + kills * 20_000,
)

it('responds to a call whose stream the client resumes after a kill', async () => {
  const session = await openLegacySession(hub.url)
  const params = { name: 'internet_fetch', arguments: { url: `${silent.url}/` } }
  const { headers, body } = toPost('legacy', { method: 'tools/call', params, session })
  const accept = 'text/event-stream, application/json'
  const response = await fetch(`${hub.url}/mcp`, {
    method: 'POST',
    headers: { ...headers, accept },
    body,
  })
  const primed = await readEvents(response).next()
  await waitUntil('the call runs', async () => silent.received() > 0)
  await hub.killAndRestart()
  const resumed = await fetch(`${hub.url}/mcp`, {
    headers: {
      accept: 'text/event-stream',
      'mcp-session-id': session,
      'last-event-id': primed?.id ?? '',
    },
  })
  const events = await readEvents(resumed).rest()
  expect(events.map(({ data }) => JSON.parse(data))).toMatchObject([
    { jsonrpc: '2.0', id: 1, error: { data: { reason: 'outcome-unknown' } } },
  ])
}, 60_000)
