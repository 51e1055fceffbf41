import { backoffMs } from '@mcp/concurrency'
import type { Clock, NotificationEnvelope } from '@mcp/protocol'
import {
  createNotification,
  McpError,
  parseJson,
  parseNotification,
  systemNotifications,
} from '@mcp/protocol'

import { createEventReader, isEventStream } from './event-reader.ts'
import type { HttpFailure, HttpTransport } from './http-transport.ts'
import { failureCode } from './http-transport.ts'

/** State of the notification stream. `unsupported`: the server does not have the route. */
export type FeedState =
  | { readonly type: 'idle' | 'connecting' | 'open' | 'unsupported' }
  | { readonly type: 'down'; readonly reason: string }

export interface RemoteFeedOptions {
  readonly transport: HttpTransport
  readonly clock: Clock
  readonly maxEventLength: number
  readonly source: () => string
  readonly onNotification: (notification: NotificationEnvelope) => void
  /** Called when the stream has connected for the first time and after each interruption. */
  readonly onOpen: () => void
}

export interface RemoteFeed {
  readonly state: () => FeedState
  start(): void
  stop(): void
}

const { serverRestarted, streamClosing, streamOpen } = systemNotifications
// The delays are short, because a refused connection costs little, and requests should reach a
// restarted server soon.
const reconnectBackoff = { baseMs: 50, maxMs: 500 }
const unsupportedRetryMs = 30_000
// A server sends a heartbeat at least every 15 s. If no data arrives for more than two of these
// intervals, the connection is treated as broken.
const maxSilenceMs = 40_000

/** Creates a client of `GET /notifications`. After an interruption, it reconnects and resumes. */
export function createRemoteFeed(options: RemoteFeedOptions): RemoteFeed {
  const { transport, clock, maxEventLength, source, onNotification, onOpen } = options
  let state: FeedState = { type: 'idle' }
  let lastEventId: string | undefined
  let wasOpen = false
  let failures = 0
  let stopCurrent = (): void => {}

  function connect(): void {
    let abort = (): void => {}
    let [stopWatching, receivedAt] = [(): void => {}, clock.now()]
    let hasEmittedRestart = false

    function emitRestart(instance: string | undefined): void {
      if (hasEmittedRestart) return
      hasEmittedRestart = true
      // Each session manager that listens derives the same id, so that their common log contains it once.
      const id = instance && `${serverRestarted}:${source()}:${instance}`
      onNotification(createNotification(serverRestarted, {}, { source: source(), id }))
    }

    function onEvent(type: string | undefined, data: string, id: string | undefined): void {
      if (isOtherInstance(id, lastEventId) && type !== serverRestarted) emitRestart(instanceOf(id))
      if (id !== undefined) lastEventId = id
      if (type === streamOpen || type === streamClosing) return
      if (type === serverRestarted) return emitRestart(instanceOf(id ?? lastEventId))
      const notification = readNotification(data)
      if (notification !== undefined) onNotification(notification)
    }

    function disconnect(next: FeedState, retryMs = backoffMs(failures++, reconnectBackoff)): void {
      stopWatching()
      abort()
      state = next
      stopCurrent = clock.after(retryMs, connect)
    }

    const readEvents = createEventReader({
      maxLength: maxEventLength,
      onEvent: ({ event, data, id }) => onEvent(event, data, id),
      // If the stream resumed after the previous event, the server would send the event that is too long
      // again. Therefore, the next stream starts without a position.
      onOverflow() {
        lastEventId = undefined
        disconnect({ type: 'down', reason: 'It sent a notification that is too long.' })
      },
    })

    if (state.type === 'idle') state = { type: 'connecting' }
    stopWatching = clock.every(maxSilenceMs / 4, () => {
      if (clock.now() - receivedAt < maxSilenceMs) return
      disconnect({ type: 'down', reason: 'Its notification stream is silent.' })
    })
    stopCurrent = () => {
      stopWatching()
      abort()
    }
    abort = transport.send(
      {
        method: 'GET',
        path: '/notifications',
        headers: ['accept', 'text/event-stream', ...resumeHeaders(lastEventId)],
      },
      {
        onHead(status, contentType) {
          receivedAt = clock.now()
          if (status === 200 && isEventStream(contentType)) {
            failures = 0
            state = { type: 'open' }
            // Without a position, the notifications that were sent during the interruption are lost.
            if (wasOpen && lastEventId === undefined) emitRestart(undefined)
            wasOpen = true
            onOpen()
          } else if (status === 404 || status === 405 || status === 501) {
            disconnect({ type: 'unsupported' }, unsupportedRetryMs)
          } else {
            disconnect({ type: 'down', reason: refusalOf(status) })
          }
        },
        onData(bytes) {
          receivedAt = clock.now()
          readEvents(bytes)
        },
        onEnd: () => disconnect({ type: 'down', reason: 'Its notification stream has ended.' }),
        onError: (failure) => disconnect({ type: 'down', reason: reasonOf(failure) }),
      },
    )
  }

  return {
    state: () => state,
    start() {
      if (state.type === 'idle') connect()
    },
    stop() {
      stopCurrent()
      state = { type: 'idle' }
    },
  }
}

function resumeHeaders(lastEventId: string | undefined): readonly string[] {
  return lastEventId === undefined ? [] : ['last-event-id', lastEventId]
}

/** Returns the notification in the data of an event, if it is valid. */
function readNotification(text: string): NotificationEnvelope | undefined {
  try {
    return parseNotification(parseJson(text))
  } catch (error) {
    if (McpError.is(error)) return undefined
    throw error
  }
}

/** Whether two event ids, in the format `<instance>:<number>`, are from different server processes. */
function isOtherInstance(id: string | undefined, lastId: string | undefined): boolean {
  if (id === undefined || lastId === undefined) return false
  return instanceOf(id) !== instanceOf(lastId)
}

/** Returns the part of an event id that names the instance of the server. */
function instanceOf(eventId: string): string
function instanceOf(eventId: string | undefined): string | undefined
function instanceOf(eventId: string | undefined): string | undefined {
  return eventId?.slice(0, Math.max(0, eventId.lastIndexOf(':')))
}

function refusalOf(status: number): string {
  return status === 401
    ? 'It refused this process: it requires signed requests. Both need the same service token (MCP_INTERNAL_TOKEN).'
    : `GET /notifications returned HTTP ${status}.`
}

function reasonOf({ fault, cause, problem: described }: HttpFailure): string {
  if (described !== undefined) return `It ${described}.`
  const code = failureCode(cause)
  const problem = fault === 'not-sent' ? 'It cannot be reached' : 'Its connection was broken'
  return code === undefined ? `${problem}.` : `${problem} (${code}).`
}
