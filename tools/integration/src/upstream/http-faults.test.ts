import { listen } from '@mcp/node'
import type { CreateTransport, HttpEntry } from '@mcp/upstream'
import { createRemoteTransport, upstreamOptionsSchema } from '@mcp/upstream'
import {
  createMcpHandler,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'

import type { Counts } from './counting-server.ts'
import { createCountingServer } from './counting-server.ts'
import type { Era } from './upstream-hub.ts'
import { startUpstreamHub } from './upstream-hub.ts'

/** Serves a server of the SDK over HTTP on a port of this machine. */
async function serve(era: Era, counts: Counts, port = 0) {
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
    const { body, status, headers } = await (era === 'legacy' ? legacy : modern.fetch)(request)
    const breakable = new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => void streams.add(controller),
    })
    return new Response(body?.pipeThrough(breakable) ?? null, { status, headers })
  }

  const listening = await listen({ service: { fetch, close: async () => {} }, port })
  return {
    url: `${listening.url}/mcp`,
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

async function startWith(era: Era) {
  const counts = { calls: 0 }
  const server = await serve(era, counts)
  const hub = upstreamOptionsSchema.parse({})
  const entry: HttpEntry = { name: 'remote', transport: 'http', url: server.url, headers: {}, hub }
  const system = await startUpstreamHub([{ entry, createTransport }])
  const client = await system.connect('modern')
  return {
    counts,
    server,
    call: (name: string) => client.callTool({ name: `remote_${name}`, arguments: {} }),
    async [Symbol.asyncDispose]() {
      await system[Symbol.asyncDispose]()
      await server.close()
    },
  }
}

describe.each(['legacy', 'modern'] as const)('a %s server over HTTP', (era) => {
  it('names the server within a second if the response breaks off, and works again', async () => {
    await using system = await startWith(era)
    const waiting = system.call('wait')
    await expect.poll(() => system.counts.calls).toBe(1)
    // The stream of the response is open as soon as the call runs.
    const brokenAt = performance.now()
    system.server.breakResponses()
    expect(JSON.stringify(await waiting)).toContain('\\"remote\\"')
    expect(performance.now() - brokenAt).toBeLessThan(1000)
    expect(system.counts.calls).toBe(1)
    expect(await system.call('count')).toMatchObject({ content: [{ text: '2' }] })
  })
})

it('opens a forgotten session again, and runs the call once', async () => {
  await using system = await startWith('legacy')
  expect(await system.call('count')).toMatchObject({ content: [{ text: '1' }] })
  system.server.forget()
  expect(await system.call('count')).toMatchObject({ content: [{ text: '2' }] })
  expect(system.counts.calls).toBe(2)
})

it('reaches a server again that was restarted at its address, and runs each call once', async () => {
  await using system = await startWith('legacy')
  expect(await system.call('count')).toMatchObject({ content: [{ text: '1' }] })
  await system.server.close()
  expect(JSON.stringify(await system.call('count'))).toContain('\\"remote\\"')
  const port = Number(new URL(system.server.url).port)
  const restarted = await serve('legacy', system.counts, port)
  try {
    // The next start waits for the backoff after the failed one.
    await expect
      .poll(async () => JSON.stringify(await system.call('count')), { timeout: 10_000 })
      .toContain('"text":"2"')
    expect(system.counts.calls).toBe(2)
  } finally {
    await restarted.close()
  }
})
