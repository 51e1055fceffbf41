import type { EventWriter, Heartbeats, RawResponse } from '@mcp/http'
import type { CapabilityServer, Clock, NotificationEnvelope } from '@mcp/protocol'
import { createEventWriter, encodeNotification, eventStreamHeaders, joinBytes } from '@mcp/http'
import { createNotification, McpError, systemNotifications } from '@mcp/protocol'

/** What a server tells, for listeners beyond this process. */
export interface NotificationFeed {
  /** A stream of all that follows the given position, or of all that comes. */
  open(options: FeedReaderOptions): RawResponse
  close(): void
}

export interface FeedReaderOptions {
  /** The `Last-Event-ID` of a listener that comes back. */
  readonly lastEventId: string | undefined
  /** Whether it may hear what is for some sessions only: their ids grant access to them. */
  readonly isInternal: boolean
}

export interface NotificationFeedOptions {
  readonly source: string
  readonly subscribe: CapabilityServer['subscribe']
  /** How many notifications a listener can catch up on. */
  readonly ringSize: number
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
// A replay is written at once, so this is what one listener that comes back may cost.
const maxRingBytes = 1024 * 1024

/** Keeps the last notifications and writes them to each listener. */
export function createNotificationFeed(options: NotificationFeedOptions): NotificationFeed {
  const { source, subscribe, ringSize, clock, heartbeats } = options
  const instance = crypto.randomUUID()
  const readers = new Set<Reader>()
  const ring: Entry[] = []
  let ringBytes = 0
  let position = 0
  let isClosed = false
  const unsubscribe = subscribe(record)

  function record(notification: NotificationEnvelope): void {
    position++
    const frame = encodeNotification(notification, { id: idOf(position) })
    const isForAll = notification.metadata.sessionIds === undefined
    ring.push({ position, frame, isForAll })
    ringBytes += frame.byteLength
    while (ring.length > ringSize || ringBytes > maxRingBytes) {
      ringBytes -= ring.shift()?.frame.byteLength ?? 0
    }
    for (const reader of readers) {
      if (isForAll || reader.isInternal) reader.writer.write(frame)
    }
  }

  function idOf(at: number): string {
    return `${instance}:${at}`
  }

  /** The position a listener knows all up to; `undefined` where it has missed something. */
  function positionOf(lastEventId: string): number | undefined {
    const [from, number = ''] = lastEventId.split(':')
    const at = /^\d{1,15}$/.test(number) ? Number(number) : undefined
    if (from !== instance || at === undefined || at > position) return undefined
    return at >= position - ring.length ? at : undefined
  }

  /** What a listener gets first. */
  function openingFrames({ lastEventId = '', isInternal }: FeedReaderOptions): Uint8Array[] {
    const event = (type: string, id?: string): Uint8Array =>
      encodeNotification(createNotification(type, {}, { source, at: clock.now() }), { id, retryMs })
    if (lastEventId === '') return [event(systemNotifications.streamOpen, idOf(position))]

    const known = positionOf(lastEventId)
    const from = known ?? position - ring.length
    const missed = ring
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
            // The replay is written in one piece, and may be queued besides what follows it.
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
      for (const { writer } of readers) writer.end()
    },
  }
}
