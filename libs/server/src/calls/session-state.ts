import type { MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

export interface SessionStateOptions<State> {
  /** Creates the state of a session on first use. */
  create: (sessionId: string) => State
  /** Releases the resources of a state. Default: nothing to release. */
  release?: ((state: State, sessionId: string) => MaybePromise<void>) | undefined
}

/**
 * Callbacks that release state when sessions end. Pass an object with these callbacks in the option
 * `sessionStates` of a server.
 */
export interface SessionStateLifetime {
  /** Releases the state of one session. */
  sessionClosed(sessionId: string): MaybePromise<void>
  /** Releases the states of all sessions. */
  close(): MaybePromise<void>
}

/** One value per session, created on first use. */
export interface SessionState<State> extends SessionStateLifetime {
  /**
   * Returns the state of the request's session.
   *
   * @throws McpError `invalid-request` with the reason `no-session` if the request has no session, or
   * the reason of the signal if the signal is aborted.
   */
  of(context: SessionOfRequest): State
  /** Returns the state of a session, or `undefined` if none was created. */
  find(sessionId: string): State | undefined
}

/** The properties of a handler's context that a {@link SessionState} needs. */
export interface SessionOfRequest {
  readonly sessionId: string | undefined
  readonly signal: AbortSignal
}

/**
 * Creates a store of one value per session. A value is released when its session or the server closes.
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
    const entry = states.get(sessionId)
    if (entry === undefined) return
    states.delete(sessionId)
    await release(entry.state, sessionId)
  }

  return {
    of({ sessionId, signal }) {
      if (sessionId === undefined) {
        throw new McpError(
          'invalid-request',
          'This operation requires a session: send the request within one.',
          { details: { reason: 'no-session' } },
        )
      }
      // A handler that outlives its session must not create a state, because the state would never
      // be released.
      signal.throwIfAborted()
      const entry = states.get(sessionId) ?? { state: create(sessionId) }
      states.set(sessionId, entry)
      return entry.state
    },
    find: (sessionId) => states.get(sessionId)?.state,
    sessionClosed,
    async close() {
      const results = await Promise.allSettled(Array.from(states.keys(), sessionClosed))
      const failed = results.find((result) => result.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    },
  }
}
