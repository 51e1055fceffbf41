import type { MaybePromise } from '@mcp/protocol'

import type { EndedSession, StoredSession } from './session-store.ts'

/** An attempt to reserve a request id, so that the request runs at most once. */
export interface Claim {
  readonly requestId: string
  /** Hash of type and payload: equal for equal requests. */
  readonly fingerprint: number
  readonly at: number
  /** Whether a claim whose holder died may be taken over. True for idempotent operations. */
  readonly rerunLost: boolean
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
  /** The id was free and now belongs to the caller, until `settle`. */
  | { readonly type: 'claimed'; readonly session: StoredSession }
  /** Another caller, which is alive, holds the id. */
  | { readonly type: 'in-flight'; readonly session: StoredSession; readonly fingerprint: number }
  /** The holder died before it settled the claim. */
  | { readonly type: 'lost'; readonly session: StoredSession; readonly fingerprint: number }
  | {
      readonly type: 'settled'
      readonly session: StoredSession
      readonly fingerprint: number
      readonly response: StoredResponse
    }
  /** The request has a response, which was evicted. */
  | { readonly type: 'evicted'; readonly session: StoredSession }
  | { readonly type: 'no-session'; readonly ended: EndedSession | undefined }

/** The idempotency cache: recorded responses by session and request id. Contract suite: `itIsAResponseStore`. */
export interface ResponseStore {
  /**
   * Reads the session and claims a request id, atomically and in one round trip: of several
   * concurrent callers exactly one gets `claimed`.
   */
  claim(sessionId: string, claim: Claim): MaybePromise<ClaimResult>
  /** Records the response of a claimed request. Without a response the id becomes free again. */
  settle(
    sessionId: string,
    requestId: string,
    at: number,
    response?: StoredResponse,
  ): MaybePromise<void>
}
