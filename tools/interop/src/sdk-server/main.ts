import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

import type { NodeIncomingMessageLike } from '@modelcontextprotocol/node'
import {
  hostHeaderValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node'
import type { EventStore, McpServer } from '@modelcontextprotocol/server'
import {
  createMcpHandler,
  createRequestStateCodec,
  isLegacyRequest,
  localhostAllowedHostnames,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'

import { createSdkServer } from './create-server.ts'

/**
 * Serves the fixture with the SDK alone, in both eras, and prints its URL. The results of this program
 * are those that the bridge is compared with.
 */
const sessions = new Map<
  string,
  { transport: WebStandardStreamableHTTPServerTransport; server: McpServer }
>()
const state = createRequestStateCodec<{ step: number }>({ key: randomBytes(32) })

const modern = createMcpHandler(() => createSdkServer({ change, state }), { legacy: 'reject' })

function change(list: 'tools' | 'prompts'): void {
  if (list === 'tools') modern.notify.toolsChanged()
  else modern.notify.promptsChanged()
  for (const { server } of sessions.values()) {
    if (list === 'tools') server.sendToolListChanged()
    else server.sendPromptListChanged()
  }
}

async function legacy(request: Request): Promise<Response> {
  const id = request.headers.get('mcp-session-id')
  const known = id === null ? undefined : sessions.get(id)
  if (known !== undefined) return known.transport.handleRequest(request)
  const isOpening = id === null && request.method === 'POST'
  if (!isOpening) return refuse(id === null ? 400 : 404)
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: createEventStore(),
    retryInterval: 500,
    onsessioninitialized: (opened) => void sessions.set(opened, { transport, server }),
    onsessionclosed: (closed) => void sessions.delete(closed),
  })
  const server = createSdkServer({ change, state })
  await server.connect(transport)
  return transport.handleRequest(request)
}

function refuse(status: number): Response {
  const error = { code: status === 404 ? -32_001 : -32_000, message: 'Unknown session' }
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status })
}

/** Keeps the events of one session, in memory. */
function createEventStore(): EventStore {
  const events: {
    id: string
    streamId: string
    message: Parameters<EventStore['storeEvent']>[1]
  }[] = []
  return {
    async storeEvent(streamId, message) {
      const id = String(events.length)
      events.push({ id, streamId, message })
      return id
    },
    async replayEventsAfter(lastEventId, { send }) {
      const streamId = events[Number(lastEventId)]?.streamId ?? ''
      for (const event of events.slice(Number(lastEventId) + 1)) {
        if (event.streamId === streamId) await send(event.id, event.message)
      }
      return streamId
    },
  }
}

const handle = toNodeHandler({
  fetch: async (request) =>
    (await isLegacyRequest(request)) ? legacy(request) : modern.fetch(request),
})
const isHostAllowed = hostHeaderValidation(localhostAllowedHostnames())
const isOriginAllowed = localhostOriginValidation()
const listener = createServer((request, response) => {
  if (isHostAllowed(request, response) && isOriginAllowed(request, response)) {
    void handle(request as NodeIncomingMessageLike, response)
  }
})
listener.listen(0, '127.0.0.1', () => {
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('No port.')
  console.log(`http://127.0.0.1:${address.port}/mcp`)
})
