import { McpError } from '@mcp/protocol'

import type { NewEvent } from './event-store.ts'
import { utf8Length } from './utf8-length.ts'

/**
 * Bounds of a store. A bound applies to each session unless stated otherwise. Beyond a bound, a new
 * session is rejected, or the oldest events or responses are evicted. Claims succeed in any case. Sizes are
 * those of the JSON in UTF-8.
 */
export interface StoreLimits {
  /** Maximum number of recorded responses. Default: 1,000. */
  readonly maxResponses: number
  /** Maximum size of all recorded responses together. Default: 4 MiB. */
  readonly maxResponseBytes: number
  /**
   * Lifetime of a recorded response, in milliseconds. An interaction is deleted after the same time,
   * counted from its expiry. Default: 10 minutes.
   */
  readonly responseTtlMs: number
  /** Maximum number of remembered ids of evicted responses. Default: 100,000. */
  readonly maxEvictedIds: number
  /** Maximum number of remembered resolved interactions. Default: 1,000. */
  readonly maxResolvedInteractions: number
  /** Maximum number of events in a log. Default: 10,000. */
  readonly maxEvents: number
  /** Maximum size of all events in a log together. Default: 4 MiB. */
  readonly maxEventBytes: number
  /** Lifetime of an event, in milliseconds. Default: one hour. */
  readonly eventTtlMs: number
  /** Time for which an ended session is remembered, in milliseconds. Default: 10 minutes. */
  readonly endedSessionTtlMs: number
  /** Maximum number of remembered ended sessions in total. Default: 100,000. */
  readonly maxEndedSessions: number
  /** Maximum number of live sessions. Beyond it, a new session is `unavailable`. Default: 100,000. */
  readonly maxSessions: number
  /**
   * Maximum number of live sessions of one principal. Beyond it, a new session is `rate-limited`.
   * Default: 10,000.
   */
  readonly maxSessionsPerOwner: number
  /**
   * Maximum size of the metadata of all sessions together. Beyond it, a new session is `unavailable`. Default:
   * 64 MiB.
   */
  readonly maxTotalMetadataBytes: number
  /** Maximum size of one notification. A larger one is rejected. Default: 256 KiB. */
  readonly maxNotificationBytes: number
  /**
   * Maximum size of the events of all sessions together. Each event counts {@link entryOverheadBytes} more.
   * Beyond the maximum, the oldest events are evicted. Default: 128 MiB.
   */
  readonly maxTotalEventBytes: number
  /**
   * Maximum size of the recorded responses of all sessions together. Each response counts
   * {@link entryOverheadBytes} more. The id of an evicted response counts only that overhead. Beyond the maximum,
   * the oldest responses are evicted. Default: 128 MiB.
   */
  readonly maxTotalResponseBytes: number
}

/** Approximate size of an event or a recorded response without its text. */
export const entryOverheadBytes = 200

export const defaultStoreLimits: StoreLimits = {
  maxResponses: 1000,
  maxResponseBytes: 4 * 1024 * 1024,
  responseTtlMs: 600_000,
  maxEvictedIds: 100_000,
  maxResolvedInteractions: 1000,
  maxEvents: 10_000,
  maxEventBytes: 4 * 1024 * 1024,
  eventTtlMs: 3_600_000,
  endedSessionTtlMs: 600_000,
  maxEndedSessions: 100_000,
  maxSessions: 100_000,
  maxSessionsPerOwner: 10_000,
  maxTotalMetadataBytes: 64 * 1024 * 1024,
  maxNotificationBytes: 256 * 1024,
  maxTotalEventBytes: 128 * 1024 * 1024,
  maxTotalResponseBytes: 128 * 1024 * 1024,
}

/** @throws McpError `payload-too-large` */
export function assertNotificationSize(
  { data }: NewEvent,
  { maxNotificationBytes: max }: StoreLimits,
) {
  const bytes = utf8Length(data)
  if (bytes <= max) return
  throw new McpError(
    'payload-too-large',
    `The notification has ${bytes} bytes of JSON; the maximum is ${max}. Send a reference to the data instead.`,
    { details: { limit: 'notificationBytes', max } },
  )
}
