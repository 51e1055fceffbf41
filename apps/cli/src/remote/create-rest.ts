import type { RestClient, StreamOptions } from '@mcp/client/rest'
import { createRestClient } from '@mcp/client/rest'

import { unreachableError } from '../output/exit-codes.ts'
import type { Connection } from './connection.ts'

/**
 * Creates the typed client of the REST API. It sends its requests over the connection, because loading
 * `fetch` takes longer than a call.
 */
export function createRest(
  connection: Connection,
  headers: Readonly<Record<string, string>> = {},
): RestClient {
  const { url } = connection
  return createRestClient({ url, headers, fetch: (request) => connection.fetch(request) })
}

export interface FollowOptions {
  readonly signal: AbortSignal
  /** Called when the first connection is open. */
  readonly onOpen?: (() => void) | undefined
  /** Called when the connection is lost, before it is opened again. */
  readonly onLost?: (() => void) | undefined
  /** Maximum time without a connection, in milliseconds. Default: no limit. */
  readonly maxLostMs?: number | undefined
}

/**
 * Iterates over a stream of the hub, which reconnects after its last event.
 *
 * @throws McpError if the hub cannot be reached at the start, or for longer than `maxLostMs`.
 */
export async function* follow<Value>(
  open: (options: StreamOptions) => AsyncIterable<Value>,
  { signal, onOpen, onLost, maxLostMs = Number.POSITIVE_INFINITY }: FollowOptions,
): AsyncGenerator<Value, void> {
  const ended = new AbortController()
  let isOpened = false
  let lostAt: number | undefined
  const events = open({
    signal: AbortSignal.any([signal, ended.signal]),
    onOpen() {
      if (!isOpened) onOpen?.()
      isOpened = true
      lostAt = undefined
    },
    onReconnect({ error }) {
      if (!isOpened) return ended.abort(error)
      if (lostAt === undefined) onLost?.()
      lostAt ??= performance.now()
      if (performance.now() - lostAt <= maxLostMs) return undefined
      return ended.abort(
        unreachableError('The connection with the hub was lost, and it cannot be reached.'),
      )
    },
  })
  yield* events
  signal.throwIfAborted()
  ended.signal.throwIfAborted()
}
