import type { ServerListing, ServerStatus } from '@mcp/protocol'

import type { Connection } from '../stream/connection.ts'

/** State of a server as the page shows it. */
export interface ShownStatus {
  readonly state: ServerStatus['state']
  readonly reason: string | undefined
  /** Milliseconds since the epoch. */
  readonly since: number | undefined
}

const states = { healthy: 'healthy', degraded: 'degraded', unhealthy: 'degraded' } as const

/**
 * Returns the state of a server. While the page has no connection to the service, the state is unknown,
 * because the last known state may have changed.
 */
export function shownStatus(
  { health, status }: Pick<ServerListing, 'health' | 'status'>,
  connection: Connection,
): ShownStatus {
  if (connection.state === 'reconnecting' || connection.state === 'stopped') {
    const since = connection.state === 'reconnecting' ? connection.since : undefined
    return { state: 'unknown', reason: 'This page has no connection to the service.', since }
  }
  if (status === undefined) {
    return { state: states[health.state], reason: health.reason, since: undefined }
  }
  return { state: status.state, reason: status.reason, since: Date.parse(status.since) }
}
