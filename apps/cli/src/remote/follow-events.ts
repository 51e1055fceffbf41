import { setTimeout as delay } from 'node:timers/promises'

import { isRecord, McpError, parseJson } from '@mcp/protocol/light'
import type { EventSourceMessage } from 'eventsource-parser'

import { unreachableError } from '../output/exit-codes.ts'
import type { Connection, HubResponse } from './connection.ts'
import { hubError } from './connection.ts'
import { readEvents } from './read-events.ts'

export interface FollowOptions {
  /** Position of the last event that is not returned. Default: the start of the stream. */
  readonly after?: string | undefined
  readonly signal: AbortSignal
  /** Called when the first connection is open. */
  readonly onOpen?: (() => void) | undefined
  /** Called when the connection is lost, before it is opened again. */
  readonly onLost?: (() => void) | undefined
  /** Maximum time without a connection, in milliseconds. Default: no limit. */
  readonly maxLostMs?: number | undefined
}

const firstDelayMs = 100
const maxDelayMs = 5000
/** The hub sends a heartbeat every 15 s, so a connection that is silent for longer is lost. */
const maxSilenceMs = 45_000

/**
 * Yields the events of a path, and connects again after each disconnect with the position of the last
 * event, so that no event is lost or repeated. It does not end by itself.
 *
 * @throws McpError The error of the hub, or of a hub that cannot be reached at the start.
 */
export async function* followEvents(
  connection: Connection,
  path: string,
  { after, signal, onLost, onOpen, maxLostMs = Number.POSITIVE_INFINITY }: FollowOptions,
): AsyncGenerator<EventSourceMessage, void> {
  let position = after
  let delayMs = firstDelayMs
  let lostAt: number | undefined
  let isOpened = false
  for (;;) {
    try {
      const headers = {
        accept: 'text/event-stream',
        ...(position === undefined ? {} : { 'last-event-id': position }),
      }
      const response = await connection.send('GET', path, { headers, signal })
      if (response.status !== 200) throw await readHubError(connection, response)
      if (!isOpened) onOpen?.()
      isOpened = true
      lostAt = undefined
      for await (const event of readEvents(watchSilence(response))) {
        delayMs = firstDelayMs
        position = event.id ?? position
        yield event
      }
    } catch (thrown) {
      signal.throwIfAborted()
      if (!isOpened || !isConnectionError(thrown)) throw thrown
    }
    signal.throwIfAborted()
    if (lostAt === undefined) onLost?.()
    lostAt ??= performance.now()
    if (performance.now() - lostAt > maxLostMs) {
      throw unreachableError('The connection with the hub was lost, and it cannot be reached.')
    }
    await delay(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    delayMs = Math.min(delayMs * 2, maxDelayMs)
  }
}

/** A hub that restarts refuses connections, or responds with `unavailable`. */
function isConnectionError(thrown: unknown): boolean {
  if (McpError.is(thrown)) return thrown.code === 'unavailable'
  return isRecord(thrown) && typeof thrown['code'] === 'string'
}

async function readHubError(connection: Connection, response: HubResponse): Promise<McpError> {
  const text = await response.text()
  return hubError(response.status, readJson(text), new URL(connection.url))
}

function readJson(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** Yields the chunks of a response. Closes the connection if it is silent for too long. */
async function* watchSilence({ chunks, close }: HubResponse): AsyncGenerator<Uint8Array, void> {
  const timer = setTimeout(close, maxSilenceMs)
  try {
    for await (const chunk of chunks) {
      timer.refresh()
      yield chunk
    }
  } finally {
    clearTimeout(timer)
  }
}
