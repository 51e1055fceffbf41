import type { Clock, Health, ServerStatus } from '@mcp/protocol'

/** Records the status of a server and the time at which its state last changed. */
export function createStatusRecorder(clock: Clock) {
  let status: ServerStatus | undefined
  const createdAt = clock.now()
  return {
    /** Records the result of a check of the health. */
    record(health: Health, isDescribing: boolean): void {
      const { reason } = health
      const state = stateOf(health, isDescribing)
      if (state === status?.state && reason === status.reason) return
      // The state at the first check counts from the start of the server.
      const at = status === undefined ? createdAt : clock.now()
      const since = state === status?.state ? status.since : new Date(at).toISOString()
      status = { state, since, ...(reason !== undefined && { reason }) }
    },
    read: (): ServerStatus =>
      status ?? { state: 'unknown', since: new Date(createdAt).toISOString() },
  }
}

function stateOf({ state, cause }: Health, isDescribing: boolean): ServerStatus['state'] {
  if (cause === 'unreachable') return 'unreachable'
  if (cause === 'no-response') return 'unknown'
  if (isDescribing) return 'starting'
  return state === 'healthy' ? 'healthy' : 'degraded'
}
