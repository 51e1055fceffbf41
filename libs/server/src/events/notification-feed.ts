import type { EventWriter, Heartbeats, RawResponse } from '@mcp/http'
import type { CapabilityServer, Clock, NotificationEnvelope } from '@mcp/protocol'
import { createEventWriter, encodeNotification, eventStreamHeaders, joinBytes } from '@mcp/http'
import { createNotification, McpError, systemNotifications } from '@mcp/protocol'

/** The event streams that send the notifications of a server to other processes. */
export interface NotificationFeed {
  /** Opens a stream. It starts after `lastEventId` or, without that id, with the next notification. */
  open(options: FeedReaderOptions): RawResponse
  /** Ends all streams. */
  close(): void
}

export interface FeedReaderOptions {
  /** The `Last-Event-ID` header of a listener that reconnects. */
  readonly lastEventId: string | undefined
  /**
   * Whether the listener may receive notifications for single sessions. Such notifications contain
   * session ids, and a session id grants access to its session.
   */
  readonly isInternal: boolean
}

export interface NotificationFeedOptions {
  readonly source: string
  readonly subscribe: CapabilityServer['subscribe']
  /** Maximum number of notifications stored for listeners that reconnect. */
  readonly maxReplayedNotifications: number
  readonly clock: Clock
  readonly heartbeats: Heartbeats
}

interface Entry {
  readonly position: number
  readonly frame: Uint8Array
  readonly isForAll: boolean
}

interface Reader {
  readonly isInternal: boolean
  readonly writer: EventWriter
}

const retryMs = 1000
const maxBufferedBytes = 256 * 1024
// All missed notifications are written at once, so this size limits the memory of one reconnect.
const maxReplayBytes = 1024 * 1024

/** Creates the feed of a server, and stores its latest notifications for listeners that reconnect. */
export function createNotificationFeed(options: NotificationFeedOptions): NotificationFeed {
  const { source, subscribe, maxReplayedNotifications, clock, heartbeats } = options
  const instance = crypto.randomUUID()
  const readers = new Set<Reader>()
  const replayable: Entry[] = []
  let replayableBytes = 0
  let position = 0
  let isClosed = false
  const unsubscribe = subscribe(record)

  function record(notification: NotificationEnvelope): void {
    position++
    const frame = encodeNotification(notification, { id: idOf(position) })
    const isForAll = notification.metadata.sessionIds === undefined
    replayable.push({ position, frame, isForAll })
    replayableBytes += frame.byteLength
    while (replayable.length > maxReplayedNotifications || replayableBytes > maxReplayBytes) {
      replayableBytes -= replayable.shift()?.frame.byteLength ?? 0
    }
    for (const reader of readers) {
      if (isForAll || reader.isInternal) reader.writer.write(frame)
    }
  }

  function idOf(at: number): string {
    return `${instance}:${at}`
  }

  /**
   * Returns the position of the event `lastEventId`. Returns `undefined` if the event is unknown, or if
   * a notification after it is no longer stored.
   */
  function positionOf(lastEventId: string): number | undefined {
    const [from, number = ''] = lastEventId.split(':')
    const at = /^\d{1,15}$/.test(number) ? Number(number) : undefined
    if (from !== instance || at === undefined || at > position) return undefined
    return at >= position - replayable.length ? at : undefined
  }

  /**
   * Returns the first events of a stream: the missed notifications, then `stream-open`. If the
   * position is unknown, `server-restarted` and all stored notifications come first.
   */
  function openingFrames({ lastEventId = '', isInternal }: FeedReaderOptions): Uint8Array[] {
    const event = (type: string, id?: string): Uint8Array =>
      encodeNotification(createNotification(type, {}, { source, at: clock.now() }), { id, retryMs })
    if (lastEventId === '') return [event(systemNotifications.streamOpen, idOf(position))]

    const known = positionOf(lastEventId)
    const from = known ?? position - replayable.length
    const missed = replayable
      .filter((entry) => entry.position > from && (entry.isForAll || isInternal))
      .map(({ frame }) => frame)
    return [
      ...(known === undefined ? [event(systemNotifications.serverRestarted, idOf(from))] : []),
      ...missed,
      event(systemNotifications.streamOpen),
    ]
  }

  return {
    open(reader) {
      if (isClosed) throw new McpError('unavailable', 'The server is shutting down.')
      return {
        status: 200,
        headers: eventStreamHeaders,
        stream(sink) {
          const opening = joinBytes(openingFrames(reader))
          const writer = createEventWriter(sink, {
            clock,
            heartbeats,
            // The replay is queued at once, so the limit for queued bytes is increased by its size.
            maxBufferedBytes: maxBufferedBytes + opening.byteLength,
            onClose: () => readers.delete(entry),
          })
          const entry: Reader = { isInternal: reader.isInternal, writer }
          readers.add(entry)
          writer.write(opening)
          if (isClosed) writer.end()
          return writer.disconnect
        },
      }
    },
    close() {
      isClosed = true
      unsubscribe()
      const last = createNotification(
        systemNotifications.streamClosing,
        {},
        { source, at: clock.now() },
      )
      for (const { writer } of readers) writer.end(encodeNotification(last))
    },
  }
}
