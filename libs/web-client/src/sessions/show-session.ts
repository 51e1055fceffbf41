import type { SessionCore, SessionInfo } from '@mcp/client'

import { isWebClientPage } from './session-resolver.ts'

/**
 * What a caller is told of its session. A page gets no whole id: its cookie is the key, and no
 * script should be able to take it elsewhere.
 */
export function describeSession({ info }: SessionCore, request: Request): SessionInfo {
  return isWebClientPage(request) ? { ...info, sessionId: `${info.sessionId.slice(0, 8)}…` } : info
}
