import { listen } from '@mcp/node'
import type { CreateTransport, HttpEntry, UpstreamServerOptions } from '@mcp/upstream'
import { createRemoteTransport, upstreamOptionsSchema } from '@mcp/upstream'
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'

import type { Counts } from './counting-server.ts'
import { createCountingServer } from './counting-server.ts'
import type { Era } from './upstream-hub.ts'
import { startUpstreamHub } from './upstream-hub.ts'

/** Serves a server of the SDK over HTTP on a port of this machine. */
export async function serve(firstEra: Era, counts: Counts, port = 0) {
  let era: Era | 'both' = firstEra
  let moved: { readonly location: string; readonly status: number } | undefined
  const received: Request[] = []
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>()
  const streams = new Set<TransformStreamDefaultController<Uint8Array>>()
  const modern = createMcpHandler(() => createCountingServer(counts), { legacy: 'reject' })

  async function legacy(request: Request): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    const known = id === null ? undefined : sessions.get(id)
    if (id !== null && known === undefined) return new Response('unknown', { status: 404 })
    if (known !== undefined) return known.handleRequest(request)
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (created) => void sessions.set(created, transport),
    })
    await createCountingServer(counts).connect(transport)
    return transport.handleRequest(request)
  }

  async function fetch(request: Request): Promise<Response> {
    received.push(request)
    if (moved !== undefined && new URL(request.url).pathname === '/mcp') {
      const { location, status } = moved
      return new Response(null, { status, headers: { location } })
    }
    const isLegacy = era === 'both' ? await isLegacyRequest(request) : era === 'legacy'
    const { body, status, headers } = await (isLegacy ? legacy : modern.fetch)(request)
    const breakable = new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => void streams.add(controller),
    })
    return new Response(body?.pipeThrough(breakable) ?? null, { status, headers })
  }

  const listening = await listen({ service: { fetch, close: async () => {} }, port })
  return {
    url: `${listening.url}/mcp`,
    received,
    /** Redirects all later requests to another address. */
    move: (location: string, status = 308) => void (moved = { location, status }),
    /** Serves another era from now on, as a server that was upgraded or downgraded. */
    become(next: Era | 'both') {
      era = next
      if (next !== 'both') sessions.clear()
    },
    /** Forgets all sessions, as a server that was restarted. */
    forget: () => sessions.clear(),
    /** Ends all responses in the middle, as a server that was killed. */
    breakResponses() {
      for (const stream of streams) stream.terminate()
      streams.clear()
    },
    close: () => listening.close({ graceMs: 0 }),
  }
}

const createTransport: CreateTransport = (entry) => {
  if (entry.transport === 'stdio') throw new Error('The entries of this test have a URL.')
  return createRemoteTransport(entry)
}

/** Starts a hub with one server over HTTP behind it, and connects a client. */
export async function startWith(
  era: Era,
  {
    headers = {},
    hub = {},
    ...options
  }: Pick<UpstreamServerOptions, 'catalogues' | 'clock'> & {
    readonly headers?: Readonly<Record<string, string>>
    readonly hub?: Readonly<Record<string, unknown>>
  } = {},
) {
  const counts = { calls: 0 }
  const server = await serve(era, counts)
  const entry: HttpEntry = {
    name: 'remote',
    transport: 'http',
    url: server.url,
    headers,
    hub: upstreamOptionsSchema.parse(hub),
  }
  const system = await startUpstreamHub([{ entry, createTransport }], options)
  const client = await system.connect('modern')
  return {
    counts,
    server,
    upstream: system.servers[0],
    call: (name: string) => client.callTool({ name: `remote_${name}`, arguments: {} }),
    async [Symbol.asyncDispose]() {
      await system[Symbol.asyncDispose]()
      await server.close()
    },
  }
}
