import type { SessionCore, SessionInfo } from '@mcp/client'

import { isWebClientPage } from './session-resolver.ts'

/**
 * Returns the description of a session for a caller. The browser interface receives a shortened id,
 * because the full id is a credential. It is only in the HttpOnly cookie, which scripts cannot read.
 */
export function describeSession({ info }: SessionCore, request: Request): SessionInfo {
  return isWebClientPage(request) ? { ...info, sessionId: `${info.sessionId.slice(0, 8)}…` } : info
}
