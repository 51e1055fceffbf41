/** Whether a server can answer. */
export interface Health {
  readonly state: 'healthy' | 'degraded' | 'unhealthy'
  readonly reason?: string
}
