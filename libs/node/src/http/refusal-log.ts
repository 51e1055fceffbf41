import type { Clock, McpError } from '@mcp/protocol'

import type { Logger } from '../logging/logger.ts'

const intervalMs = 60_000

/**
 * Creates the log of refused requests. It has at most one line per reason and minute, because a caller could
 * flood it otherwise.
 */
export function createRefusalLog(
  log: Logger | undefined,
  clock: Clock,
): (refused: McpError) => void {
  const entries = new Map<string, { loggedAt: number; suppressed: number }>()

  return (refused) => {
    const stated = refused.details?.['reason']
    const reason = typeof stated === 'string' ? stated : refused.code
    const now = clock.now()
    const entry = entries.get(reason)
    if (entry !== undefined && now - entry.loggedAt < intervalMs) {
      entry.suppressed++
      return
    }
    entries.set(reason, { loggedAt: now, suppressed: 0 })
    log?.warn(`Request refused: ${refused.message}`, {
      reason,
      ...(entry === undefined ? {} : { suppressed: entry.suppressed }),
    })
  }
}
