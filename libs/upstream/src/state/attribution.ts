import type { RelayedCall } from '../calls/relayed-call.ts'

/**
 * Returns the call to which a request or a log message of a server belongs. A legacy connection does not name
 * the call, so the result is the latest call in flight. The result is undefined if no call is in flight, and if
 * several calls are in flight that do not all belong to one session, so that nothing reaches the wrong caller.
 */
export function attributeTo(calls: ReadonlySet<RelayedCall>): RelayedCall | undefined {
  let latest: RelayedCall | undefined
  for (const call of calls) {
    if (latest !== undefined && !isSameSession(latest, call)) return undefined
    latest = call
  }
  return latest
}

function isSameSession(left: RelayedCall, right: RelayedCall): boolean {
  return left.sessionId !== undefined && left.sessionId === right.sessionId
}
