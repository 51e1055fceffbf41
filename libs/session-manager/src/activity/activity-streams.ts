import { createEventWriter, encodeEvents, encodeNotification } from '@mcp/http'
import type { ByteSink, EventWriter, Heartbeats, ServerSentEvent } from '@mcp/http'
import { createNotification, McpError, systemNotifications } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'

import type { ActivityRecord } from './activity-entry.ts'
import { toActivityEntry } from './activity-entry.ts'
import type { StreamSession } from '../events/event-streams.ts'
import type { StreamCounts } from '../events/stream-counts.ts'
import type { SessionActivity } from './session-activity.ts'

/** The streams of the activity of sessions. */
export interface ActivityStreams {
  /** @throws McpError `rate-limited` if the session or its owner has the maximum number of open streams. */
  assertCapacity(session: StreamSession): void
  /** Opens a stream. Returns the function to call when the reader has disconnected. */
  open(session: StreamSession, after: number | undefined, sink: ByteSink): () => void
  /** Writes the new entries of a session within the batch interval. */
  schedule(sessionId: string, activity: SessionActivity): void
  /** Writes the new entries of all sessions with readers within the batch interval. */
  scheduleAll(): void
  /** Ends the streams of a session. */
  end(sessionId: string): void
  /** Ends all streams for a shutdown. */
  close(): void
}

export interface ActivityStreamsOptions {
  readonly activityOf: (sessionId: string) => SessionActivity
  readonly clock: Clock
  readonly heartbeats: Heartbeats
  readonly streamCounts: StreamCounts
  readonly maxBufferedBytes: number
  readonly maxStreamsPerSession: number
}

interface Reader {
  readonly writer: EventWriter
  cursor: number
  /** Whether the last batch is still buffered. Nothing more is written to this reader until it is sent. */
  isWaiting: boolean
}

// Entries are written in batches, because a write for each entry would cost more than the requests themselves.
const batchMs = 50
/**
 * Maximum number of entries per batch. If entries are added faster than they are written, the oldest are
 * dropped and the stream reports a gap. The requests are not slowed down.
 */
const batchEntries = 128
const retryMs = 2000

export function createActivityStreams(options: ActivityStreamsOptions): ActivityStreams {
  const { activityOf, streamCounts, maxBufferedBytes, maxStreamsPerSession } = options
  const { clock, heartbeats } = options
  const readers = new Map<string, Set<Reader>>()
  const scheduled = new Map<string, SessionActivity>()
  let isClosed = false

  function schedule(sessionId: string, activity: SessionActivity): void {
    if (scheduled.size === 0) clock.after(batchMs, writeAll)
    scheduled.set(sessionId, activity)
  }

  function writeAll(): void {
    const batch = Array.from(scheduled.keys())
    scheduled.clear()
    for (const sessionId of batch) {
      const activity = activityOf(sessionId)
      const hasMore = activity.render(batchEntries)
      for (const reader of readers.get(sessionId) ?? []) write(sessionId, activity, reader)
      if (hasMore) schedule(sessionId, activity)
    }
  }

  function write(sessionId: string, activity: SessionActivity, reader: Reader): void {
    if (reader.isWaiting || reader.cursor >= activity.rendered) return
    if (reader.cursor + 1 < activity.first) reportGap(activity.first, reader)
    const count = Math.min(batchEntries, activity.rendered - reader.cursor)
    const records = activity.read(reader.cursor, count)
    reader.cursor = records.at(-1)?.seq ?? reader.cursor
    reader.writer.write(encodeEvents(...records.map(toEvent)))
    void drain(sessionId, activity, reader)
  }

  async function drain(sessionId: string, log: SessionActivity, reader: Reader): Promise<void> {
    reader.isWaiting = true
    await reader.writer.drained()
    reader.isWaiting = false
    if (reader.writer.isOpen && reader.cursor < log.rendered) schedule(sessionId, log)
  }

  function reportGap(first: number, reader: Reader): void {
    const gap = { after: String(reader.cursor), before: String(first) }
    emit(reader.writer, clock, systemNotifications.streamGap, gap)
    reader.cursor = first - 1
  }

  return {
    assertCapacity({ sessionId, owner }) {
      streamCounts.assertCapacity(owner)
      if ((readers.get(sessionId)?.size ?? 0) < maxStreamsPerSession) return
      throw new McpError(
        'rate-limited',
        `All ${maxStreamsPerSession} activity streams of this session are in use. Close one first.`,
      )
    },
    open({ sessionId, owner }, after, sink) {
      const activity = activityOf(sessionId)
      activity.watch()
      const { last } = activity
      const set = readers.get(sessionId) ?? new Set<Reader>()
      readers.set(sessionId, set)
      const discount = streamCounts.add(owner)
      const onClose = (): void => {
        discount()
        set.delete(reader)
        if (set.size === 0) readers.delete(sessionId)
      }
      const writer = createEventWriter(sink, { clock, heartbeats, maxBufferedBytes, onClose })
      const reader: Reader = { writer, cursor: after ?? last, isWaiting: false }
      set.add(reader)
      // The positions begin again after a restart, so `after` can be higher than every position.
      if (reader.cursor > last) reportGap(activity.first, reader)
      const id = after === undefined ? String(last) : undefined
      emit(reader.writer, clock, systemNotifications.streamOpen, { sessionId }, id)
      if (isClosed) endAll([reader], clock, systemNotifications.streamClosing)
      else schedule(sessionId, activity)
      return writer.disconnect
    },
    schedule,
    scheduleAll() {
      for (const sessionId of readers.keys()) schedule(sessionId, activityOf(sessionId))
    },
    end(sessionId) {
      scheduled.delete(sessionId)
      endAll(readers.get(sessionId) ?? [], clock, systemNotifications.sessionClosed)
    },
    close() {
      isClosed = true
      scheduled.clear()
      for (const open of Array.from(readers.values())) {
        endAll(open, clock, systemNotifications.streamClosing)
      }
    },
  }
}

function emit(
  writer: EventWriter,
  clock: Clock,
  type: string,
  data: Record<string, unknown>,
  id?: string,
): void {
  const notification = createNotification(type, data, { at: clock.now() })
  writer.write(encodeNotification(notification, { id, retryMs }))
}

function endAll(open: Iterable<Reader>, clock: Clock, type: string): void {
  const last = encodeNotification(createNotification(type, {}, { at: clock.now() }))
  // Iterates over a copy, because a reader that ends removes itself from the set.
  for (const { writer } of Array.from(open)) writer.end(last)
}

function toEvent(record: ActivityRecord): ServerSentEvent {
  const data = JSON.stringify(toActivityEntry(record))
  return { id: String(record.seq), event: 'activity', data }
}
