/** State of a server. */
export interface Health {
  readonly state: 'healthy' | 'degraded' | 'unhealthy'
  readonly reason?: string
  /** Set by a caller that cannot obtain the health from the server itself. */
  readonly cause?: 'unreachable' | 'no-response'
}

/**
 * State of a server in the catalogue. `degraded`: it responds and reports a problem. `starting`: it has not
 * described itself yet. `unreachable`: its process cannot be reached. `unknown`: it does not report its
 * health in time.
 */
export interface ServerStatus {
  readonly state: 'healthy' | 'degraded' | 'starting' | 'unreachable' | 'unknown'
  readonly reason?: string | undefined
  /** Time at which the change to this state was observed. Reading the status does not change it. */
  readonly since: string
}
