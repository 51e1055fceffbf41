import { delay } from '@mcp/concurrency'
import type { Logger } from '@mcp/node'
import type { Clock } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'

import type { Endpoint, EndpointResponse } from './endpoint.ts'
import { parseEnvelope } from './envelope.ts'
import type { StreamCursor } from './read-messages.ts'
import { isEventStream, newCursor, readMessages } from './read-messages.ts'
import { readSessionStream } from './session-stream.ts'

export interface LegacySessionOptions {
  readonly endpoint: Endpoint
  readonly log: Logger
  readonly clock: Clock
  /** Aborted when the proxy ends. */
  readonly signal: AbortSignal
  /** Receives each message of the session's event stream. */
  readonly onMessage: (text: string) => Promise<void>
}

/** The session of a client with a protocol version up to 2025-11-25. */
export interface LegacySession {
  /** Id of the session, if the endpoint has assigned one. */
  readonly id: string | undefined
  /** Headers of each request in the session. */
  headers(): Record<string, string>
  /** Records the request `initialize` and the id that its response assigns. */
  begin(initialize: string, response: EndpointResponse): void
  /** Records the result of `initialize`. */
  negotiated(result: unknown): void
  /**
   * Opens the event stream of the session, and reopens it when it ends, unless the endpoint has no such stream.
   */
  listen(): void
  /**
   * Opens a new session with the recorded `initialize`, because the endpoint does not know the previous
   * session any more. Concurrent calls share one new session.
   */
  renew(endedId: string): Promise<void>
  /** Continues a stream from its last event. Returns false if the endpoint does not support that. */
  resume(cursor: StreamCursor, signal: AbortSignal): Promise<boolean>
  /** Ends the session at the endpoint. */
  delete(signal: AbortSignal): Promise<void>
}

const defaultResumeMs = 250
const initialized = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })

export function createLegacySession(options: LegacySessionOptions): LegacySession {
  const { endpoint, log, clock, signal, onMessage } = options
  let initialize: string | undefined
  let id: string | undefined
  let version: string | undefined
  let listening = new AbortController()
  let renewing: Promise<void> | undefined

  const headers = (accept = 'application/json, text/event-stream'): Record<string, string> => ({
    accept,
    ...(id === undefined ? {} : { 'mcp-session-id': id }),
    ...(version === undefined ? {} : { 'mcp-protocol-version': version }),
  })

  function get({ lastEventId }: StreamCursor, abort: AbortSignal): Promise<EndpointResponse> {
    const position = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const all = { ...headers('text/event-stream'), ...position }
    return endpoint.send({ method: 'GET', headers: all, signal: abort })
  }

  function post(body: string): Promise<EndpointResponse> {
    const all = { ...headers(), 'content-type': 'application/json' }
    return endpoint.send({ method: 'POST', headers: all, body, signal })
  }

  function begin(text: string, response: EndpointResponse): void {
    initialize = text
    id = response.header('mcp-session-id')
  }

  function negotiated(result: unknown): void {
    const agreed = isRecord(result) ? result['protocolVersion'] : undefined
    if (typeof agreed === 'string') version = agreed
  }

  function listen(): void {
    listening.abort()
    listening = new AbortController()
    const abort = AbortSignal.any([signal, listening.signal])
    void readSessionStream({
      log,
      clock,
      open: (cursor) => get(cursor, abort),
      onMessage,
      onUnknownSession() {
        if (id === undefined) return
        renew(id).catch((error: unknown) => log.warn('The session has ended', { error }))
      },
      signal: abort,
    })
  }

  async function openAgain(recorded: string): Promise<void> {
    listening.abort()
    id = undefined
    version = undefined
    const response = await post(withNewId(recorded))
    begin(recorded, response)
    await readMessages(response, newCursor(), async (text) => negotiated(resultOf(text)))
    await (await post(initialized)).discard()
    listen()
    log.warn('The session had ended: a new one was opened. Subscriptions must be repeated')
  }

  async function renew(endedId: string): Promise<void> {
    if (renewing === undefined && (id !== endedId || initialize === undefined)) return
    renewing ??= openAgain(initialize ?? '').finally(() => {
      renewing = undefined
    })
    await renewing
  }

  return {
    get id() {
      return id
    },
    headers: () => headers(),
    begin,
    negotiated,
    listen,
    renew,
    async resume(cursor, abort) {
      await delay(cursor.retryMs ?? defaultResumeMs, clock, abort)
      const response = await get(cursor, abort)
      if (!isEventStream(response)) {
        await response.discard()
        return false
      }
      await readMessages(response, cursor, onMessage)
      return true
    },
    async delete(abort) {
      listening.abort()
      if (id === undefined) return
      const response = await endpoint.send({ method: 'DELETE', headers: headers(), signal: abort })
      await response.discard()
    },
  }
}

/** Returns the request with an id that the client does not use. */
function withNewId(request: string): string {
  const value: unknown = JSON.parse(request)
  return JSON.stringify({ ...(isRecord(value) ? value : {}), id: crypto.randomUUID() })
}

function resultOf(text: string): unknown {
  const envelope = parseEnvelope(text)
  if ('error' in envelope) return undefined
  return envelope.messages.find((message) => message.type === 'response')?.result
}
