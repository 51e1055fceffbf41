import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { SessionOfRequest, SessionState } from '@mcp/server'
import { createSessionState } from '@mcp/server'

import type { SessionRecords } from './session-records.ts'
import { createSessionRecords } from './session-records.ts'

/** The records of all sessions. */
export interface SessionRegistry extends SessionState<SessionRecords> {
  /**
   * Returns the records of the caller's session. All requests without a session share one set of
   * records and one budget.
   */
  ofCaller(context: SessionOfRequest): SessionRecords
  /** Returns the records of a session whose messages a restart of the server interrupted. */
  reopen(sessionId: string): SessionRecords
}

export interface SessionRegistryOptions {
  readonly clock: Clock
  /** Maximum number of tokens per session. */
  readonly tokenBudget: number
}

const neverAborted = new AbortController().signal

export function createSessionRegistry(options: SessionRegistryOptions): SessionRegistry {
  const states = createSessionState({
    create: () => createSessionRecords(options),
    release: cancelAll,
  })
  const withoutSession = createSessionRecords(options)

  return {
    ...states,
    ofCaller: (context) => (context.sessionId === undefined ? withoutSession : states.of(context)),
    reopen: (sessionId) => states.of({ sessionId, signal: neverAborted }),
    async close() {
      cancelAll(withoutSession)
      await states.close()
    },
  }
}

function cancelAll({ open }: SessionRecords): void {
  const reason = new McpError('cancelled', 'Session closed.')
  for (const message of open.values()) message.cancel(reason)
}
