import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** Receives the lines of the log. A logger of `@mcp/node` implements it. */
export interface DatabaseLog {
  info(message: string): void
  warn(message: string): void
}

export interface AvailabilityOptions {
  /** Name of the database. */
  readonly name: string
  readonly clock: Clock
  readonly log: DatabaseLog
  /** Connects to the database and rejects if that fails. */
  readonly probe: () => Promise<void>
}

/** Tracks whether a database is available. Tries to connect in the background while it is unavailable. */
export interface DatabaseAvailability {
  /** Runs `connect`, or rejects at once while the database is known to be unavailable. */
  connect<Value>(connect: () => Promise<Value>): Promise<Value>
  /**
   * Returns the reason why the database is unavailable, or undefined if it is available. First tries to
   * connect if the last contact is old.
   */
  check(): Promise<string | undefined>
  /** Ends the attempts in the background. */
  stop(): void
}

/** Delay between two attempts while the database is unavailable, in milliseconds. */
const probeIntervalMs = 1000

/** Time for which a check relies on the last contact, in milliseconds. */
const maxContactAgeMs = 5000

/** Maximum time that a check waits for an attempt to connect, in milliseconds. */
const maxCheckMs = 300

/**
 * Maximum duration of a failed attempt that is repeated once, in milliseconds. If a restart of the database has
 * closed the pooled connection, the attempt fails fast, and the next one can succeed.
 */
const fastFailureMs = 1000

export function createDatabaseAvailability(options: AvailabilityOptions): DatabaseAvailability {
  const { name, clock, log, probe } = options
  let connectionError: McpError | undefined
  let contactAt = -Infinity
  let probing: Promise<void> | undefined
  let stopTimer = (): void => {}
  let stopped = false

  function recordContact(): void {
    contactAt = clock.now()
    if (connectionError === undefined) return
    connectionError = undefined
    log.info(`Database "${name}" is available again`)
  }

  function recordFailure(error: unknown): void {
    contactAt = clock.now()
    if (!isConnectionLost(error) || stopped) return
    if (connectionError === undefined)
      log.warn(`Database "${name}" is unavailable: ${error.message}`)
    connectionError = error
    stopTimer()
    stopTimer = clock.after(probeIntervalMs, () => void probeOnce())
  }

  function probeOnce(): Promise<void> {
    probing ??= probe()
      .then(recordContact, recordFailure)
      .finally(() => {
        probing = undefined
      })
    return probing
  }

  return {
    async connect(connect) {
      if (connectionError !== undefined) throw connectionError
      const startedAt = clock.now()
      try {
        const value = await connect().catch((error: unknown) => {
          if (!isConnectionLost(error) || clock.now() - startedAt > fastFailureMs) throw error
          return connect()
        })
        recordContact()
        return value
      } catch (error) {
        recordFailure(error)
        throw error
      }
    },
    async check() {
      if (connectionError === undefined && clock.now() - contactAt > maxContactAgeMs) {
        let stopWaiting = (): void => {}
        const waited = new Promise<void>((resolve) => {
          stopWaiting = clock.after(maxCheckMs, resolve)
        })
        await Promise.race([probeOnce(), waited])
        stopWaiting()
      }
      return connectionError?.message
    },
    stop() {
      stopped = true
      stopTimer()
    },
  }
}

const isConnectionLost = (error: unknown): error is McpError =>
  McpError.is(error) && error.details?.['reason'] === 'connection-lost'
