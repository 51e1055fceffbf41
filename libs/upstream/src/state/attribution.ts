import type { RelayedCall } from '../calls/relayed-call.ts'

/**
 * Returns the call to which a request or a log message of a server belongs. A legacy connection does not
 * say which call it is: it is the only one in flight, or the latest of those of one session. If several
 * sessions have calls in flight, the result is undefined, so that nothing reaches the wrong caller.
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
