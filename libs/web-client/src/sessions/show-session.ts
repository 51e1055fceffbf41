import type { SessionCore, SessionInfo } from '@mcp/client'

import { isPage } from './session-resolver.ts'

/**
 * What a caller is told of its session. A page gets no whole id: its cookie is the key, and no
 * script should be able to take it elsewhere.
 */
export function showSession({ info }: SessionCore, request: Request): SessionInfo {
  return isPage(request) ? { ...info, sessionId: `${info.sessionId.slice(0, 8)}…` } : info
}
