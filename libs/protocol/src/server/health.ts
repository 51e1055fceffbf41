/** State of a server. */
export interface Health {
  readonly state: 'healthy' | 'degraded' | 'unhealthy'
  readonly reason?: string
}
