import type { SessionCore, SessionInfo } from '@mcp/client'

import { isWebClientPage } from './session-resolver.ts'

/**
 * Returns the session info for a caller. The browser interface receives a shortened id: the full id is a credential
 * that belongs only in the HttpOnly cookie, out of reach of scripts.
 */
export function describeSession({ info }: SessionCore, request: Request): SessionInfo {
  return isWebClientPage(request) ? { ...info, sessionId: `${info.sessionId.slice(0, 8)}…` } : info
}
