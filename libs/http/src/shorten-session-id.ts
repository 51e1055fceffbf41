/**
 * Shortens a session id for logs to its first eight characters, because the whole id would grant
 * access to the session. An id of at most eight characters becomes `…`.
 */
export function shortenSessionId(sessionId: string): string {
  return sessionId.length <= 8 ? '…' : `${sessionId.slice(0, 8)}…`
}
