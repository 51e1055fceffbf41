import type { McpServiceOptions } from '@mcp/bridge'
import { mountMcp } from '@mcp/bridge'
import { createDispatcher } from '@mcp/dispatcher'
import { isRecord } from '@mcp/protocol'
import { promptsServer } from '@mcp/server-prompts'
import { memoryResources, resourcesServer } from '@mcp/server-resources'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import type { CreateTransport, UpstreamEntry, UpstreamServerOptions } from '@mcp/upstream'
import { createUpstreamServer, upstreamOptionsSchema } from '@mcp/upstream'
import type { ClientCapabilities, ClientOptions } from '@modelcontextprotocol/client'
import {
  Client,
  InMemoryTransport,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import type { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

type Json = Readonly<Record<string, unknown>>

export type Era = 'legacy' | 'modern'

/** Returns an entry whose transport is created by the test. */
export function entryOf(name: string, hub: Readonly<Record<string, unknown>> = {}): UpstreamEntry {
  const options = upstreamOptionsSchema.parse(hub)
  return { name, transport: 'stdio', command: 'test', args: [], env: {}, hub: options }
}

/** Serves a server of the SDK in this process: of the era before 2026-07-28, or of both eras. */
export function inProcess(create: () => McpServer, era: Era): CreateTransport {
  return async () => {
    const [client, server] = InMemoryTransport.createLinkedPair()
    if (era === 'modern') serveStdio(create, { transport: server })
    else await create().connect(server)
    return client
  }
}

/** A session manager with `/mcp` in front of our servers and upstream servers. */
export async function startUpstreamHub(
  upstreams: readonly {
    readonly entry: UpstreamEntry
    readonly createTransport: CreateTransport
  }[],
  {
    secret,
    ...shared
  }: Pick<McpServiceOptions, 'secret'> &
    Pick<UpstreamServerOptions, 'catalogues' | 'clock' | 'starts'> = {},
) {
  const dispatcher = createDispatcher({
    servers: [toolsServer(), resourcesServer({ providers: [memoryResources()] }), promptsServer()],
  })
  const servers = upstreams.map(({ entry, createTransport }) =>
    createUpstreamServer(entry, { createTransport, ...shared }),
  )
  await Promise.all(servers.map((server) => dispatcher.add(server)))
  const manager = createSessionManager({
    dispatcher,
    mounts: [mountMcp({ dispatcher, secret })],
  })
  const clients: Client[] = []

  return {
    servers,
    dispatcher,
    manager,
    /** Connects a client of the SDK. Before that, `prepare` sets the handlers of the client. */
    async connect(
      era: Era,
      options: ClientOptions = {},
      prepare: (client: Client) => void = () => {},
    ): Promise<Client> {
      const mode = era === 'legacy' ? 'legacy' : { pin: '2026-07-28' }
      const client = new Client(
        { name: 'test', version: '1.0.0' },
        { versionNegotiation: { mode }, ...options },
      )
      prepare(client)
      const transport = new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), {
        fetch: (url, init) => manager.fetch(new Request(url, init)),
      })
      await client.connect(transport)
      clients.push(client)
      return client
    },
    /** Sends one request as a client since 2026-07-28, and returns the result. Throws a JSON-RPC error. */
    async post(method: string, params: Json, capabilities: ClientCapabilities): Promise<Json> {
      const meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': capabilities,
      }
      const request = new Request('http://localhost/mcp', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
          ...(typeof params['name'] === 'string' ? { 'mcp-name': params['name'] } : {}),
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method,
          params: { ...params, _meta: meta },
        }),
      })
      const text = await (await manager.fetch(request)).text()
      const data = text.startsWith('{') ? text : text.slice(text.lastIndexOf('data: ') + 6)
      const message: unknown = JSON.parse(data)
      if (!isRecord(message) || !isRecord(message['result'])) {
        const error = isRecord(message) ? message['error'] : undefined
        throw Object.assign(new Error(text), error)
      }
      return message['result']
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.close()))
      await manager.close()
      await dispatcher.close()
    },
  }
}
