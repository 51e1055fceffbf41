import { Client as ClientV2, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect, it } from 'vitest'

import { connections } from './connections.ts'
import { startKillableHub, waitUntil } from './killable-hub.ts'

/** Number of kills. The full form has 20. */
const kills = Number(process.env['MCP_KILLS'] ?? 3)
const updatesPerKill = 25

/** A client that has subscribed to resources. */
interface Subscriber {
  subscribe(uri: string): Promise<unknown>
  add(a: number, b: number): Promise<unknown>
  /** Undefined if a program between the client and the hub has the session. */
  sessionId(): string | undefined
  /** Whether the event stream is opened again however long the hub was away. */
  readonly keepsStream: boolean
  close(): Promise<void>
}

const info = { name: 'restart', version: '1.0.0' }
const reconnectionOptions = {
  initialReconnectionDelay: 100,
  maxReconnectionDelay: 1000,
  reconnectionDelayGrowFactor: 1,
  maxRetries: 10_000,
}
const addition = (a: number, b: number) => ({ name: 'calculator_add', arguments: { a, b } })

async function connectV1(url: URL, received: string[]): Promise<Subscriber> {
  const client = new ClientV1(info)
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    received.push(params.uri)
  })
  const transport = new HttpV1(url, { reconnectionOptions })
  await client.connect(transport)
  return {
    subscribe: (uri) => client.subscribeResource({ uri }),
    add: async (a, b) => (await client.callTool(addition(a, b))).structuredContent,
    sessionId: () => transport.sessionId,
    keepsStream: true,
    close: () => client.close(),
  }
}

async function connectV2(
  transport: StreamableHTTPClientTransport | StdioClientTransport,
  received: string[],
): Promise<Subscriber> {
  const client = new ClientV2(info, { versionNegotiation: { mode: 'legacy' } })
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    received.push(params.uri)
  })
  await client.connect(transport)
  return {
    subscribe: (uri) => client.subscribeResource({ uri }),
    add: async (a, b) => (await client.callTool(addition(a, b))).structuredContent,
    sessionId: () => ('sessionId' in transport ? transport.sessionId : undefined),
    // mcp-remote tries twice, for 2.5 seconds, and its options do not change that.
    keepsStream: 'sessionId' in transport,
    close: () => client.close(),
  }
}

const clients: Readonly<Record<string, (url: URL, received: string[]) => Promise<Subscriber>>> = {
  'SDK v1': connectV1,
  'SDK v2': (url, received) =>
    connectV2(new StreamableHTTPClientTransport(url, { reconnectionOptions }), received),
  'mcp-remote': (url, received) => {
    const { command, args } = connections['mcp-remote'](url.href)
    return connectV2(
      new StdioClientTransport({ command, args: [...args], stderr: 'ignore' }),
      received,
    )
  },
}

it.each(Object.entries(clients))(
  `goes on after ${kills} kills of the hub: %s`,
  async (_name, connect) => {
    await using hub = await startKillableHub()
    const received: string[] = []
    const client = await connect(new URL(`${hub.url}/mcp`), received)
    const sessionId = client.sessionId()
    const uris = Array.from({ length: (kills + 1) * updatesPerKill }, (_, index) => uriOf(index))
    for (const uri of uris) await client.subscribe(uri)

    for (const [index, uri] of uris.entries()) {
      if (index > 0 && index % updatesPerKill === 0) {
        await hub.killAndRestart()
        expect(await client.add(index, 1)).toEqual({ result: index + 1 })
      }
      await createResource(hub.url, uri)
      if (client.keepsStream && index % updatesPerKill === 0) {
        await waitUntil('the stream is open again', async () => received.includes(uri))
      }
    }
    if (client.keepsStream) {
      await waitUntil('all notifications', async () => received.length >= uris.length)
      expect(received.toSorted()).toEqual(uris.toSorted())
    } else {
      // None twice.
      expect(received.length).toBe(new Set(received).size)
    }
    expect(client.sessionId()).toBe(sessionId)
    await client.close()
  },
  60_000 + kills * 20_000,
)

const uriOf = (index: number): string => `file:///note-${String(index).padStart(4, '0')}.txt`

/** Creates a resource by our own protocol. */
async function createResource(url: string, resource: string): Promise<void> {
  const send = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(`${url}${path}`, init)
    expect(response.status, await response.clone().text()).toBeLessThan(300)
    return response.json()
  }
  const { sessionId } = Object(await send('/sessions', { clientId: 'writer' }))
  await send(`/sessions/${sessionId}/requests`, {
    type: 'resource-access',
    payload: { resource, operation: 'create', params: { content: resource } },
  })
}
