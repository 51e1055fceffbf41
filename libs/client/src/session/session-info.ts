/** Description of a session, as the session manager returns it. */
export interface SessionInfo {
  readonly sessionId: string
  readonly clientId: string
  readonly createdAt: string
  readonly lastActivity: string
  readonly expiresAt: string
  readonly status: string
  readonly metadata: Readonly<Record<string, unknown>>
}
