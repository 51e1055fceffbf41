import type { Clock, ConnectionStatus, Health } from '@mcp/protocol'

/** The phase of the connections of an upstream server, which `health` returns without a wait. */
export interface PhaseRecorder {
  enter(phase: ConnectionStatus['phase'], reason?: string, lastErrorLines?: readonly string[]): void
  /** Records the start of an attempt to connect. The returned function records its outcome. */
  startAttempt(transport: string): (outcome: string) => void
  status(): ConnectionStatus
  health(): Health
}

export function createPhaseRecorder(clock: Clock): PhaseRecorder {
  let attempt: ConnectionStatus['attempt']
  let status: ConnectionStatus = { phase: 'stopped', since: timeOf(clock) }

  return {
    enter(phase, reason, lastErrorLines = []) {
      const since = phase === status.phase ? status.since : timeOf(clock)
      status = {
        phase,
        since,
        ...(reason === undefined ? {} : { reason }),
        ...(lastErrorLines.length === 0 ? {} : { lastErrorLines }),
      }
    },
    startAttempt(transport) {
      const startedAt = clock.now()
      return (outcome) => {
        attempt = { transport, durationMs: clock.now() - startedAt, outcome }
      }
    },
    status: () => status,
    health() {
      const { phase, reason } = status
      const state = stateOf(phase)
      const connection = attempt === undefined ? status : { ...status, attempt }
      return { state, connection, ...(reason === undefined ? {} : { reason }) }
    },
  }
}

function stateOf(phase: ConnectionStatus['phase']): Health['state'] {
  if (phase === 'failed') return 'unhealthy'
  return phase === 'degraded' || phase === 'awaiting-auth' ? 'degraded' : 'healthy'
}

function timeOf(clock: Clock): string {
  return new Date(clock.now()).toISOString()
}
