import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

import type { NotificationEnvelope, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import {
  createNotification,
  createResponse,
  encodeEvent,
  envelopeAnswer,
  errorAnswer,
  McpError,
  parseRequest,
} from '@mcp/protocol'

interface Running {
  readonly request: RequestEnvelope
  /** Aborted by a cancellation. */
  readonly signal: AbortSignal
  /** Sends a progress or a chunk to every caller that waits with a stream. */
  readonly tell: (type: 'progress' | 'chunk', data: Record<string, unknown>) => void
  /** Breaks the connection of every caller that waits. */
  readonly cut: () => void
}

/** Answers one request: its result, or whole data. */
export type Run = (running: Running) => Promise<Record<string, unknown>>

/** Deals with one call in place of the session manager; `true` where the session manager goes on. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean

interface Call {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

interface Session {
  readonly sessionId: string
  readonly log: NotificationEnvelope[]
  readonly streams: Set<ServerResponse>
  readonly answers: Map<string, Promise<ResponseEnvelope>>
  readonly controllers: Map<string, AbortController>
  readonly waiting: Map<string, Set<ServerResponse>>
}

/**
 * A session manager of a few lines over real HTTP: what the protocol promises of requests and event
 * streams, and faults on demand.
 */
export async function startSessionManager(run: Run) {
  const sessions = new Map<string, Session>()
  const calls: Call[] = []
  const faults: { readonly matches: RegExp; readonly fault: Fault }[] = []
  let retryMs = 1

  const server = createServer((request, response) => {
    answer(request, response).catch((thrown: unknown) => {
      if (!response.headersSent) end(response, errorAnswer(thrown))
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request
    const body = await text(request)
    calls.push({ method, path: url, headers, body })
    const index = faults.findIndex(({ matches }) => matches.test(`${method} ${url}`))
    const [found] = index === -1 ? [] : faults.splice(index, 1)
    if (found !== undefined && !found.fault(request, response)) return

    const [, , id = '', kind, last = ''] = url.split('/').map(decodeURIComponent)
    if (url === '/health') return json(response, 200, { state: 'healthy' })
    if (url === '/servers') return json(response, 200, { servers: [listing] })
    if (url === '/sessions') return json(response, 201, open())
    const session = sessions.get(id)
    if (session === undefined) throw new McpError('session-not-found', 'There is no such session.')
    if (kind === undefined && method === 'GET') return json(response, 200, infoOf(id))
    if (kind === undefined) {
      end(response, { status: 204, headers: {}, body: '' })
      return close(session, 'session-closed')
    }
    if (kind === 'events') return stream(session, request, response)
    if (kind === 'notifications') {
      const { id: given, type, data } = JSON.parse(body)
      publish(session, createNotification(type, data, { id: given }))
      return json(response, 202, {})
    }
    if (kind === 'interactions') return end(response, { status: 204, headers: {}, body: '' })
    if (method === 'DELETE') {
      session.controllers.get(last)?.abort()
      return end(response, { status: 204, headers: {}, body: '' })
    }
    await handle(session, request, response, parseRequest(JSON.parse(body)))
  }

  async function handle(
    session: Session,
    { headers }: IncomingMessage,
    response: ServerResponse,
    request: RequestEnvelope,
  ): Promise<void> {
    const waiting = session.waiting.get(request.id) ?? new Set()
    session.waiting.set(request.id, waiting.add(response))
    const streams = headers.accept === 'text/event-stream'
    if (streams) response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    const pending = session.answers.get(request.id) ?? start(session, request)
    session.answers.set(request.id, pending)
    const envelope = await pending
    waiting.delete(response)
    if (response.destroyed) return
    if (streams) response.end(encodeEvent({ event: 'response', data: JSON.stringify(envelope) }))
    else end(response, envelopeAnswer(envelope))
  }

  async function start(session: Session, request: RequestEnvelope): Promise<ResponseEnvelope> {
    const controller = new AbortController()
    session.controllers.set(request.id, controller)
    const { signal } = controller
    const waiting = () => session.waiting.get(request.id) ?? []
    const cancelled = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new McpError('cancelled', 'Cancelled.')))
    })
    try {
      const running: Running = {
        request,
        signal,
        tell(type, data) {
          const event = createNotification(type, { requestId: request.id, ...data })
          const bytes = encodeEvent({ event: type, data: JSON.stringify(event) })
          for (const caller of waiting()) caller.write(bytes)
        },
        cut() {
          for (const caller of waiting()) caller.destroy()
        },
      }
      const data = await Promise.race([run(running), cancelled])
      return createResponse(request.id, 'success', data)
    } catch (thrown) {
      return createResponse(request.id, 'error', McpError.from(thrown))
    }
  }

  function stream(session: Session, { headers }: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const after = headers['last-event-id']
    const replayed = after === undefined ? [] : session.log.slice(Number(after))
    const first = session.log.length - replayed.length
    for (const [index, notification] of replayed.entries()) {
      response.write(frame(notification, first + index + 1))
    }
    const opened = JSON.stringify(createNotification('stream-open'))
    const id = after === undefined ? String(session.log.length) : undefined
    response.write(encodeEvent({ event: 'stream-open', id, data: opened, retryMs }))
    session.streams.add(response)
    response.on('close', () => session.streams.delete(response))
  }

  function publish(session: Session, notification: NotificationEnvelope): void {
    session.log.push(notification)
    for (const reader of session.streams) reader.write(frame(notification, session.log.length))
  }

  function open() {
    const sessionId = `s-${sessions.size + 1}`
    sessions.set(sessionId, {
      sessionId,
      log: [],
      streams: new Set(),
      answers: new Map(),
      controllers: new Map(),
      waiting: new Map(),
    })
    return infoOf(sessionId)
  }

  function close(session: Session, type: string): void {
    publish(session, createNotification(type))
    sessions.delete(session.sessionId)
    for (const reader of session.streams) reader.end()
  }

  function find(sessionId: string): Session {
    const session = sessions.get(sessionId)
    if (session === undefined) throw new Error(`There is no session ${sessionId}.`)
    return session
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined

  return {
    url: `http://127.0.0.1:${port}`,
    /** Every HTTP call, in order. */
    calls,
    /** The calls whose method and path match. */
    callsOf: (matches: RegExp) =>
      calls.filter(({ method, path }) => matches.test(`${method} ${path}`)),
    /** Lets the next call that matches fail; once. */
    fail(matches: RegExp, fault: Fault) {
      faults.push({ matches, fault })
    },
    publish: (sessionId: string, notification: NotificationEnvelope) =>
      publish(find(sessionId), notification),
    /** Breaks every event stream of a session. */
    cutStreams(sessionId: string) {
      for (const reader of find(sessionId).streams) reader.destroy()
    },
    streamsOf: (sessionId: string) => find(sessionId).streams,
    expire: (sessionId: string) => close(find(sessionId), 'session-expired'),
    askToWait(ms: number) {
      retryMs = ms
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

export type SessionManagerFixture = Awaited<ReturnType<typeof startSessionManager>>

/** A fault: an answer with any status, headers and text. */
export function answerWith(status: number, headers: Record<string, string>, body: string): Fault {
  return (_request, response) => {
    response.writeHead(status, headers).end(body)
    return false
  }
}

/** A fault: the connection breaks before there is an answer. */
export const breakConnection: Fault = (request) => {
  request.socket.destroy()
  return false
}

const listing = {
  name: 'tools',
  source: 'mcp-server-3',
  version: '1.0.0',
  routes: [],
  operations: [],
  notifications: {},
  health: { state: 'healthy' },
}

function infoOf(sessionId: string) {
  const now = new Date().toISOString()
  const clientId = 'mcp-client'
  const times = { createdAt: now, lastActivity: now, expiresAt: now }
  return { sessionId, clientId, ...times, status: 'active', metadata: {} }
}

function frame(notification: NotificationEnvelope, position: number): string {
  const data = JSON.stringify(notification)
  return encodeEvent({ id: String(position), event: notification.type, data })
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

function end(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body)
}

function json(response: ServerResponse, status: number, value: unknown): void {
  end(response, {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  })
}
