import type { MaybePromise } from '@mcp/protocol'

import type { EndedSession, StoredSession } from './session-store.ts'

/** An attempt to reserve a request id, so that the request runs at most once. */
export interface Claim {
  readonly requestId: string
  /** Hash of type and payload: equal for equal requests. */
  readonly fingerprint: number
  readonly at: number
  /** Whether a lost claim may be claimed again. True for idempotent operations. */
  readonly rerunLost: boolean
  /** Id of the caller's principal, if any. The session of another owner is `no-session`. */
  readonly owner?: string | undefined
}

/** The claimed request whose response is recorded. */
export interface ClaimedRequest {
  readonly requestId: string
  /** The ticket of the {@link ClaimResult}. */
  readonly ticket: string
}

/** A recorded response. */
export interface StoredResponse {
  /** HTTP status. */
  readonly status: number
  /** The response envelope as JSON. */
  readonly body: string
}

/** The result of a {@link Claim}. */
export type ClaimResult =
  /**
   * The id was free. It is now claimed for this request until `settle`. The ticket is the proof of this
   * claim. It becomes invalid when another replica finds that this process has ended.
   */
  | { readonly type: 'claimed'; readonly session: StoredSession; readonly ticket: string }
  /** The id is claimed for an earlier request, and the process that claimed it still runs. */
  | { readonly type: 'in-flight'; readonly session: StoredSession; readonly fingerprint: number }
  /** The process that claimed the id ended before it called `settle`. */
  | { readonly type: 'lost'; readonly session: StoredSession; readonly fingerprint: number }
  | {
      readonly type: 'settled'
      readonly session: StoredSession
      readonly fingerprint: number
      readonly response: StoredResponse
    }
  /** The response to the request was recorded and later evicted. */
  | { readonly type: 'evicted'; readonly session: StoredSession }
  | { readonly type: 'no-session'; readonly ended: EndedSession | undefined }

/**
 * The idempotency cache: recorded responses by session and request id. Contract suite:
 * `itIsAResponseStore`.
 */
export interface ResponseStore {
  /**
   * Reads the session and claims a request id, atomically and in one round trip. Exactly one of several
   * concurrent calls returns `claimed`.
   */
  claim(sessionId: string, claim: Claim): MaybePromise<ClaimResult>
  /**
   * Records the response to a claimed request, unless its ticket is invalid. Without a response, frees the
   * id. Publishes `settled` if another replica waits for the response.
   */
  settle(
    sessionId: string,
    claimed: ClaimedRequest,
    at: number,
    response?: StoredResponse,
  ): MaybePromise<void>
}
