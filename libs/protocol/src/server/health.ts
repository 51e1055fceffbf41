/** State of a server. */
export interface Health {
  readonly state: 'healthy' | 'degraded' | 'unhealthy'
  readonly reason?: string
  /** Set by a caller that cannot obtain the health from the server itself. */
  readonly cause?: 'unreachable' | 'no-response'
  /** Set by a server that has a connection of its own, such as a server behind another protocol. */
  readonly connection?: ConnectionStatus
}

/**
 * Status of the connection of a server. `stopped`: it is not connected, and connects at the next call.
 * `awaiting-auth`: it needs a login. `failed`: the last attempt to connect failed.
 */
export interface ConnectionStatus {
  readonly phase: 'starting' | 'ready' | 'degraded' | 'awaiting-auth' | 'stopped' | 'failed'
  /** Time at which the phase began, in ISO 8601. */
  readonly since: string
  readonly reason?: string | undefined
  /** The latest attempt to connect. */
  readonly attempt?:
    | {
        /** The transport, such as `stdio`. */
        readonly transport: string
        /** Time until the attempt succeeded or failed. */
        readonly durationMs: number
        /** The server and the era of its protocol, such as `files 1.2.0, legacy`, or the failure. */
        readonly outcome: string
      }
    | undefined
  /** Last lines that the process wrote to its standard error stream, oldest first. */
  readonly lastErrorLines?: readonly string[] | undefined
  /** Address at which a person completes the login. The session manager shows it only to operators. */
  readonly loginUrl?: string | undefined
  /** Tools whose definition differs from the one that was first seen or approved. */
  readonly changedTools?: readonly ChangedTool[] | undefined
}

/** A tool whose definition has changed. */
export interface ChangedTool {
  /** Name of the tool at its server. */
  readonly tool: string
  /** Whether the tool is offered. If not, it is offered after an operator has approved it. */
  readonly isOffered: boolean
  readonly differences: readonly {
    /** Name of the changed field, such as `description`. */
    readonly field: string
    /** Approved value as JSON. Undefined: the field was absent. */
    readonly before?: string | undefined
    readonly after?: string | undefined
  }[]
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
