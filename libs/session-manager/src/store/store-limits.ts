/** Bounds of a store; per session unless stated otherwise. */
export interface StoreLimits {
  /** Maximum number of recorded responses. Default: 1,000. */
  readonly maxResponses: number
  /** Maximum length of all recorded responses together, in characters. Default: 4 MiB. */
  readonly maxResponseBytes: number
  /**
   * Lifetime of a recorded response, and of an interaction after its own expiry, in milliseconds.
   * Default: 10 minutes.
   */
  readonly responseTtlMs: number
  /** Maximum number of remembered ids of evicted responses. Default: 100,000. */
  readonly maxEvictedIds: number
  /** Maximum number of remembered resolved interactions. Default: 1,000. */
  readonly maxResolvedInteractions: number
  /** Maximum number of events in a log. Default: 10,000. */
  readonly maxEvents: number
  /** Maximum length of all events in a log together, in characters. Default: 4 MiB. */
  readonly maxEventBytes: number
  /** Lifetime of an event, in milliseconds. Default: one hour. */
  readonly eventTtlMs: number
  /** Time for which an ended session is remembered, in milliseconds. Default: 10 minutes. */
  readonly endedSessionTtlMs: number
  /** Maximum number of remembered ended sessions, of all sessions together. Default: 100,000. */
  readonly maxEndedSessions: number
}

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
}
