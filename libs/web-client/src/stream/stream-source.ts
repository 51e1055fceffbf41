import type { MaybePromise } from '@mcp/protocol'

/** One event of a source of `GET /stream`. */
export interface StreamEntry {
  /** Position in the source, if a client can resume after this event. */
  readonly id?: string | undefined
  /** JSON. Sent as an event with the name of the source. */
  readonly data: string
}

export interface StreamRequest {
  readonly request: Request
  /** Value of the query parameter of the source, such as the ids of runs. */
  readonly value: string
  /** Returns the id of the owner of the caller's data. */
  readonly ownerId: () => string
}

/** A source of events that clients can receive on the connection of `GET /stream`. */
export interface StreamSource {
  /** Name of the query parameter that requests the events. */
  readonly name: 'session' | 'runs' | 'activity' | 'pending'
  /**
   * Opens the source after a position; without one, at its default start. An error that it throws is the
   * response to the request. If the iteration throws, the stream ends, and the client resumes it.
   */
  readonly open: (
    request: StreamRequest,
    after: string | undefined,
    signal: AbortSignal,
  ) => MaybePromise<AsyncIterable<StreamEntry>>
}
