/** Enough of a session's id to tell it from others, too little to use it: for logs and messages. */
export function shortenSessionId(sessionId: string): string {
  return sessionId.length <= 8 ? '…' : `${sessionId.slice(0, 8)}…`
}
