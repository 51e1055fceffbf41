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

/** Whether the stream of notifications is there. */
export type FeedState =
  | { readonly type: 'idle' | 'connecting' | 'open' | 'unsupported' }
  | { readonly type: 'down'; readonly reason: string }

export interface RemoteFeedOptions {
  readonly transport: HttpTransport
  readonly headers: readonly string[]
  readonly clock: Clock
  readonly maxEventLength: number
  readonly source: () => string
  readonly onNotification: (notification: NotificationEnvelope) => void
  /** The stream is there, or there again. */
  readonly onOpen: () => void
}

export interface RemoteFeed {
  readonly state: () => FeedState
  start(): void
  stop(): void
}

// A server that comes back is heard again soon, and one that stays away is not pestered.
const firstPauseMs = 50
const longestPauseMs = 2000
const unsupportedPauseMs = 30_000
// A heartbeat comes at least every 15 s: after two and a half of them the connection is dead.
const silenceMs = 40_000

/** Listens to `GET /notifications` for as long as it is wanted, and resumes where it was cut. */
export function createRemoteFeed(options: RemoteFeedOptions): RemoteFeed {
  const { transport, headers, clock, maxEventLength, source, onNotification, onOpen } = options
  let state: FeedState = { type: 'idle' }
  let position: string | undefined
  let wasOpen = false
  let failures = 0
  let stopCurrent = (): void => {}

  function connect(): void {
    let breakOff = (): void => {}
    let stopWatching = (): void => {}
    let heardAt = clock.now()
    let hasToldRestart = false

    function tellRestart(): void {
      if (hasToldRestart) return
      hasToldRestart = true
      onNotification(
        createNotification(systemNotifications.serverRestarted, {}, { source: source() }),
      )
    }

    function onEvent(type: string | undefined, data: string, id: string | undefined): void {
      const isOther = id !== undefined && position !== undefined && !isSameInstance(id, position)
      if (isOther && type !== systemNotifications.serverRestarted) tellRestart()
      if (id !== undefined) position = id
      if (type === systemNotifications.streamOpen) return
      if (type === systemNotifications.serverRestarted) tellRestart()
      else deliver(data)
    }

    function end(next: FeedState, pauseMs = pause()): void {
      stopWatching()
      breakOff()
      state = next
      stopCurrent = clock.after(pauseMs, connect)
    }

    const readEvents = createEventReader({
      maxLength: maxEventLength,
      onEvent: ({ event, data, id }) => onEvent(event, data, id),
      // The event that was too long is lost, and would come again: its position is given up.
      onOverflow() {
        position = undefined
        end({ type: 'down', reason: 'It told something that is too long.' })
      },
    })

    if (state.type === 'idle') state = { type: 'connecting' }
    stopWatching = clock.every(silenceMs / 4, () => {
      if (clock.now() - heardAt < silenceMs) return
      end({ type: 'down', reason: 'Its notifications have fallen silent.' })
    })
    stopCurrent = () => {
      stopWatching()
      breakOff()
    }
    const resume = position === undefined ? [] : ['last-event-id', position]
    breakOff = transport.send(
      {
        method: 'GET',
        path: '/notifications',
        headers: [...headers, 'accept', 'text/event-stream', ...resume],
      },
      {
        onHead(status, contentType) {
          heardAt = clock.now()
          if (status === 200 && isEventStream(contentType)) {
            failures = 0
            state = { type: 'open' }
            // Nobody can say what was told while it was cut, where there is no position.
            if (wasOpen && position === undefined) tellRestart()
            wasOpen = true
            onOpen()
          } else if (status === 404 || status === 405 || status === 501) {
            end({ type: 'unsupported' }, unsupportedPauseMs)
          } else {
            end({ type: 'down', reason: `It answers /notifications with HTTP ${status}.` })
          }
        },
        onData(bytes) {
          heardAt = clock.now()
          readEvents(bytes)
        },
        onEnd: () => end({ type: 'down', reason: 'Its notifications have ended.' }),
        onError: (failure) => end({ type: 'down', reason: reasonOf(failure) }),
      },
    )
  }

  function pause(): number {
    const longest = Math.min(longestPauseMs, firstPauseMs * 2 ** failures++)
    return longest * (0.5 + Math.random() / 2)
  }

  function deliver(text: string): void {
    let notification: NotificationEnvelope
    try {
      notification = parseNotification(parseJson(text))
    } catch (error) {
      if (McpError.is(error)) return
      throw error
    }
    onNotification(notification)
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

function isSameInstance(left: string, right: string): boolean {
  const instanceOf = (id: string): string => id.slice(0, Math.max(0, id.lastIndexOf(':')))
  return instanceOf(left) === instanceOf(right)
}

function reasonOf({ fault, cause }: HttpFailure): string {
  const code = failureCode(cause)
  const what = fault === 'not-sent' ? 'It cannot be reached' : 'Its connection broke off'
  return code === undefined ? `${what}.` : `${what} (${code}).`
}
