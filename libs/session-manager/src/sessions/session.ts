import { shortenSessionId } from '@mcp/http'
import { formatTimestamp, McpError } from '@mcp/protocol'

import type { EndedSession, StoredSession } from '../store/store.ts'
import { expiryOf } from '../store/store.ts'

/** A session as its owner sees it. */
export interface Session {
  readonly sessionId: string
  readonly clientId: string
  readonly createdAt: string
  readonly lastActivity: string
  readonly expiresAt: string
  readonly status: 'active'
  readonly metadata: Readonly<Record<string, unknown>>
}

/** What its owner sees of a stored session. */
export function toSession(stored: StoredSession): Session {
  return {
    sessionId: stored.id,
    clientId: stored.clientId,
    createdAt: formatTimestamp(stored.createdAt),
    lastActivity: formatTimestamp(stored.lastActivity),
    expiresAt: formatTimestamp(expiryOf(stored)),
    status: 'active',
    metadata: stored.metadata,
  }
}

/** A fresh id: 160 random bits, since whoever knows it may use the session of an anonymous caller. */
export function createSessionId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20))
  let id = 'ses-'
  for (const byte of bytes) id += hex[byte]
  return id
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * The error for a session that is not there for this caller. Somebody else's, one that never was,
 * and one long gone are answered alike.
 */
export function sessionNotFound(
  sessionId: string,
  owner: string | undefined,
  ended?: EndedSession,
): McpError {
  const reason = ended !== undefined && ended.owner === owner ? ended.endedBy : 'unknown'
  return new McpError(
    'session-not-found',
    `${explain[reason]} (${shortenSessionId(sessionId)}) Open a new one with POST /sessions.`,
    { details: { reason } },
  )
}

const explain = {
  unknown: 'There is no such session.',
  closed: 'The session was closed.',
  expired: 'The session expired.',
} as const
