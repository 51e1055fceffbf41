import { chain } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'
import type { MaybePromise, OperationDescription, RequestEnvelope } from '@mcp/protocol'

import { sessionNotFound } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { ClaimResult, ResponseStore } from '../store/response-store.ts'
import { fingerprint } from './fingerprint.ts'
import type { IncomingRequest } from './incoming-request.ts'
import { outcomeUnknown } from './request-runner.ts'

/** Reserves request ids, so that a request runs once. */
export interface RequestClaims {
  /**
   * Claims the id of a request, or returns the state of an earlier request with this id.
   *
   * @throws McpError `session-not-found`, `conflict`, or `upstream-error` if it is unknown whether the
   * request has run.
   */
  claim(
    incoming: IncomingRequest,
    operation: OperationDescription | undefined,
    now: number,
  ): MaybePromise<Extract<ClaimResult, { type: 'claimed' | 'settled' | 'in-flight' }>>
}

export interface RequestClaimsOptions {
  readonly store: ResponseStore
  readonly sessions: Pick<Sessions, 'assertAccess'>
  /** Throws `unavailable` during shutdown. */
  readonly assertOpen: () => void
  readonly onError: (error: unknown) => void
}

export function createRequestClaims(options: RequestClaimsOptions): RequestClaims {
  const { store, sessions, assertOpen, onError } = options

  /** Frees the id again if the request must not run. */
  function assertAllowed(
    result: Exclude<ClaimResult, { type: 'no-session' }>,
    { sessionId, owner, request }: IncomingRequest,
    now: number,
  ): void {
    try {
      sessions.assertAccess(result.session, owner, now)
      // A shutdown may have begun while the id was claimed.
      assertOpen()
    } catch (error) {
      if (result.type === 'claimed') {
        const claimed = { requestId: request.id, ticket: result.ticket }
        Promise.resolve(store.settle(sessionId, claimed, now)).catch(onError)
      }
      throw error
    }
  }

  return {
    claim(incoming, operation, now) {
      const { sessionId, owner, request } = incoming
      const requestFingerprint = fingerprint(request.type, request.payload)
      const claiming = store.claim(sessionId, {
        requestId: request.id,
        fingerprint: requestFingerprint,
        at: now,
        rerunLost: operation?.hints.idempotent === true,
        owner,
      })
      return chain(claiming, (result) => {
        if (result.type === 'no-session') throw sessionNotFound(sessionId, owner, result.ended)
        assertAllowed(result, incoming, now)
        if (result.type === 'claimed') return result
        if (result.type === 'evicted') throw responseEvicted(request.id)
        if (result.fingerprint !== requestFingerprint) throw idReused(request.id)
        if (result.type === 'lost') throw outcomeUnknown()
        return result
      })
    },
  }
}

/** Returns whether two requests with the same id also have the same type and payload. */
export function isSameRequest(left: RequestEnvelope, right: RequestEnvelope): boolean {
  return (
    left.type === right.type &&
    fingerprint(left.type, left.payload) === fingerprint(right.type, right.payload)
  )
}

/** Creates the error for a request whose id was used before, with another type or payload. */
export function idReused(requestId: string): McpError {
  return new McpError(
    'conflict',
    `The id "${requestId}" was used for a request with a different type or payload. Use a new id for each request.`,
    { details: { reason: 'id-reused' } },
  )
}

function responseEvicted(requestId: string): McpError {
  return new McpError(
    'conflict',
    `The response to request "${requestId}" is no longer stored. The request did not run again.`,
    { details: { reason: 'answer-evicted' } },
  )
}
