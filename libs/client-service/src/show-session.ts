import type { SessionCore, SessionInfo } from '@mcp/client'

/**
 * What a caller is told of its session. A page gets no whole id: its cookie is the key, and no
 * script should be able to take it elsewhere.
 */
export function showSession({ info }: SessionCore, request: Request): SessionInfo {
  const isPage = request.headers.has('sec-fetch-site')
  return isPage ? { ...info, sessionId: `${info.sessionId.slice(0, 8)}…` } : info
}
