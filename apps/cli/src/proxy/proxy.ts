import { delay } from '@mcp/concurrency'
import { createLineReader } from '@mcp/files'
import type { Logger } from '@mcp/node'
import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'

import { createClientWriter } from './client-writer.ts'
import type { Endpoint } from './endpoint.ts'
import type { Envelope } from './envelope.ts'
import { isInitialize, isInitialized, parseEnvelope } from './envelope.ts'
import { createExchange } from './exchange.ts'
import { createLegacySession } from './legacy-session.ts'
import type { PendingRequest } from './pending-requests.ts'
import { createPendingRequests } from './pending-requests.ts'
import { rpcErrors, toRpcError } from './rpc-error.ts'
import { createToolHeaders } from './tool-headers.ts'

export interface ProxyOptions {
  readonly endpoint: Endpoint
  /** Writes one line of the protocol. Resolves when further output can be written. */
  readonly write: (line: string) => Promise<void>
  readonly log: Logger
  /** Maximum size of a message of the client, in bytes. Default: 10 MiB. */
  readonly maxMessageBytes?: number | undefined
  /** Maximum number of requests of the client without a response. Default: 1,000. */
  readonly maxPending?: number | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** Connects a client that uses stdio with an endpoint that uses HTTP. */
export interface Proxy {
  /** Receives bytes of the client. */
  push(chunk: Buffer): void
  /** Completes the requests under way within the grace period, aborts the others, and ends the session. */
  end(graceMs: number): Promise<void>
}

const mebibyte = 1024 * 1024
/** Maximum time for the request that ends the session. */
const deleteMs = 300

/**
 * Creates a proxy of the stdio transport to the Streamable HTTP transport, for protocol versions with
 * and without sessions.
 *
 * @example
 * const proxy = createProxy({ endpoint: createHttpEndpoint({ url }), write, log })
 * process.stdin.on('data', proxy.push)
 */
export function createProxy(options: ProxyOptions): Proxy {
  const { endpoint, write, log, clock = systemClock } = options
  const { maxMessageBytes = 10 * mebibyte, maxPending = 1000 } = options
  const ended = new AbortController()
  const { signal } = ended
  const pending = createPendingRequests()
  const toolHeaders = createToolHeaders()
  const client = createClientWriter({ write, pending, onResult: learn, log, signal })
  const onMessage = (text: string): Promise<void> => client.pass(text)
  const session = createLegacySession({ endpoint, log, clock, signal, onMessage })
  const exchange = createExchange({
    endpoint,
    session,
    pending,
    toolHeaders,
    log,
    onMessage,
    onFailure: (request, error) => client.fail(request, error),
    signal,
  })
  const reader = createLineReader({
    maxBytes: maxMessageBytes,
    onLine: receive,
    onTooLong: () =>
      client.refuse(
        undefined,
        rpcErrors.invalidRequest(`A message exceeds ${maxMessageBytes} bytes.`),
      ),
  })
  /** Resolves when the next message can be sent. */
  let queue: Promise<unknown> = Promise.resolve()

  function learn({ method }: PendingRequest, result: unknown): void {
    if (method === 'tools/list') toolHeaders.learn(result)
    if (method === 'initialize') session.negotiated(result)
  }

  function receive(line: string): void {
    const envelope = parseEnvelope(line)
    if ('error' in envelope) {
      client.refuse(envelope.id, envelope.error)
      return
    }
    const cancelled = cancelledRequest(envelope)
    if (cancelled?.version !== undefined) {
      // Without sessions, closing the stream of a request cancels it.
      pending.cancel(cancelled)
      return
    }
    const requests = pending.add(envelope.messages)
    if (pending.size > maxPending) {
      for (const request of requests) client.fail(request, toRpcError(tooManyRequests(maxPending)))
      return
    }
    queue = queue.then(() => {
      const sent = exchange(line, envelope, requests)
      // Later messages need the session that the handshake opens.
      if (isInitialized(envelope)) return sent
      return isInitialize(envelope) ? Promise.race([sent, requests[0]?.settled ?? sent]) : undefined
    })
  }

  /** Returns the request that a notification of the client cancels. */
  function cancelledRequest({ messages: [message] }: Envelope): PendingRequest | undefined {
    if (message?.type !== 'notification' || message.method !== 'notifications/cancelled') return
    return pending.get(message.params['requestId'])
  }

  return {
    push: (chunk) => reader.push(chunk),
    async end(graceMs) {
      reader.end()
      pending.cancelStreams()
      const limit = new AbortController()
      const completed = queue.then(() => pending.whenEmpty())
      await Promise.race([completed, delay(graceMs, clock, limit.signal)])
      limit.abort()
      await session.delete(AbortSignal.timeout(deleteMs)).catch((error: unknown) => {
        log.debug('The session could not be ended', { error })
      })
      ended.abort()
      pending.cancelAll()
      await endpoint.close()
    },
  }
}

function tooManyRequests(max: number): McpError {
  const message = `More than ${max} requests are under way. Wait for their responses.`
  return new McpError('unavailable', message)
}
