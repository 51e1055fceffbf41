import { shortenSessionId } from '@mcp/http'
import { formatTimestamp, isRecord, McpError, parseJson } from '@mcp/protocol'

import type { EndedSession, StoredSession } from '../store/session-store.ts'
import { expiryOf } from '../store/session-store.ts'

/** The public fields of a session. */
export interface Session {
  readonly sessionId: string
  readonly clientId: string
  readonly createdAt: string
  readonly lastActivity: string
  readonly expiresAt: string
  readonly status: 'active'
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Returns the public fields of a stored session. */
export function toSession(stored: StoredSession): Session {
  return {
    sessionId: stored.id,
    clientId: stored.clientId,
    createdAt: formatTimestamp(stored.createdAt),
    lastActivity: formatTimestamp(stored.lastActivity),
    expiresAt: formatTimestamp(expiryOf(stored)),
    status: 'active',
    metadata: parseMetadata(stored.metadata),
  }
}

function parseMetadata(json: string): Readonly<Record<string, unknown>> {
  const metadata = parseJson(json)
  return isRecord(metadata) ? metadata : {}
}

/** Creates a session id of 160 random bits, because the id is the credential of anonymous callers. */
export function createSessionId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20))
  let id = 'ses-'
  for (const byte of bytes) id += hex[byte]
  return id
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * Creates the error for a session that this caller cannot use. Callers cannot distinguish a session of
 * another owner, an unknown session and a session that ended long ago.
 */
export function sessionNotFound(
  sessionId: string,
  owner: string | undefined,
  ended?: EndedSession,
): McpError {
  const reason = ended !== undefined && ended.owner === owner ? ended.endedBy : 'unknown'
  return new McpError(
    'session-not-found',
    `${messages[reason]} (${shortenSessionId(sessionId)}) Open a new one with POST /sessions.`,
    { details: { reason } },
  )
}

const messages = {
  unknown: 'Session not found.',
  closed: 'Session closed.',
  expired: 'Session expired.',
} as const
