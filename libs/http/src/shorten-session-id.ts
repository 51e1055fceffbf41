/** Returns the first eight characters of a session id: enough for logs, too little to use it. */
export function shortenSessionId(sessionId: string): string {
  return sessionId.length <= 8 ? '…' : `${sessionId.slice(0, 8)}…`
}
