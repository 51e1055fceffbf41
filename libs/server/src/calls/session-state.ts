import type { MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

export interface SessionStateOptions<State> {
  /** Makes the state of a session that has none yet. */
  create: (sessionId: string) => State
  /** Gives back what the state holds. Default: nothing to give back. */
  release?: ((state: State, sessionId: string) => MaybePromise<void>) | undefined
}

/** What a server calls when sessions end; list it in `sessionStates`. */
export interface SessionStateLifetime {
  /** Releases what that session holds. */
  sessionClosed(sessionId: string): MaybePromise<void>
  /** Releases what all sessions hold. */
  close(): MaybePromise<void>
}

/** One value for each session, made on first use. */
export interface SessionState<State> extends SessionStateLifetime {
  /**
   * The state of the session that asks.
   *
   * @throws McpError `invalid-request`, reason `no-session`, for a request outside a session.
   */
  of(context: SessionOfRequest): State
  /** The state of a session, if it has one. */
  find(sessionId: string): State | undefined
}

/** The part of a handler's context that says whose state is meant. */
export interface SessionOfRequest {
  readonly sessionId: string | undefined
  readonly signal: AbortSignal
}

/**
 * Keeps one value for each session, and releases it when the session or the server closes.
 *
 * @example
 * const baskets = createSessionState({ create: () => new Set<string>() })
 * defineServer(shop, { add: ({ item }, context) => baskets.of(context).add(item).size }, {
 *   sessionStates: [baskets],
 * })
 */
export function createSessionState<State>(
  options: SessionStateOptions<State>,
): SessionState<State> {
  const { create, release = () => {} } = options
  const states = new Map<string, { readonly state: State }>()

  async function sessionClosed(sessionId: string): Promise<void> {
    const held = states.get(sessionId)
    if (held === undefined) return
    states.delete(sessionId)
    await release(held.state, sessionId)
  }

  return {
    of({ sessionId, signal }) {
      if (sessionId === undefined) {
        throw new McpError(
          'invalid-request',
          'This operation keeps something for its session; send the request within one.',
          { details: { reason: 'no-session' } },
        )
      }
      // A handler that outlives its session must not make a state that nobody will release.
      signal.throwIfAborted()
      const held = states.get(sessionId) ?? { state: create(sessionId) }
      states.set(sessionId, held)
      return held.state
    },
    find: (sessionId) => states.get(sessionId)?.state,
    sessionClosed,
    async close() {
      const closing = await Promise.allSettled(Array.from(states.keys(), sessionClosed))
      const failed = closing.find((outcome) => outcome.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    },
  }
}
