import type { SessionCore } from '@mcp/client'
import type { SessionInfo } from '@mcp/protocol/rest'

import { handleOf } from './owner-sessions.ts'
import { isWebClientPage } from './session-resolver.ts'

/**
 * Returns the description of a session for a caller. The browser interface receives a shortened id,
 * because the full id is a credential. The full id is only in the HttpOnly cookie, which scripts cannot read.
 */
export function describeSession({ info }: SessionCore, request: Request): SessionInfo {
  const { sessionId } = info
  const shown = isWebClientPage(request) ? `${sessionId.slice(0, 8)}…` : sessionId
  return { ...info, sessionId: shown, handle: handleOf(sessionId) }
}
