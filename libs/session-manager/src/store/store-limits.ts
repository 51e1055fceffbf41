/** What a store keeps at most, for each session unless it says otherwise. */
export interface StoreLimits {
  /** Recorded answers. Default: 1,000. */
  readonly answers: number
  /** The characters of all recorded answers together. Default: 4 MiB. */
  readonly answerBytes: number
  /**
   * How long an answer is kept, and an interaction after the time in which it had to be resolved, in
   * milliseconds. Default: 10 minutes.
   */
  readonly answersForMs: number
  /** Ids whose answers were evicted. Default: 100,000. */
  readonly evictedIds: number
  /** Interactions that were resolved. Default: 1,000. */
  readonly interactions: number
  /** Events in a log. Default: 10,000. */
  readonly events: number
  /** The characters of all events in a log together. Default: 4 MiB. */
  readonly eventBytes: number
  /** How long an event is kept, in milliseconds. Default: one hour. */
  readonly eventsForMs: number
  /** How long a session that is gone is remembered, in milliseconds. Default: 10 minutes. */
  readonly rememberMs: number
  /** Sessions that are gone and remembered, in all. Default: 100,000. */
  readonly remembered: number
}

/** The limits of a store that was given none. */
export const defaultStoreLimits: StoreLimits = {
  answers: 1000,
  answerBytes: 4 * 1024 * 1024,
  answersForMs: 600_000,
  evictedIds: 100_000,
  interactions: 1000,
  events: 10_000,
  eventBytes: 4 * 1024 * 1024,
  eventsForMs: 3_600_000,
  rememberMs: 600_000,
  remembered: 100_000,
}
