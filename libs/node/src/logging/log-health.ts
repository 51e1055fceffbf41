import type { Health } from '@mcp/protocol'

import type { Logger } from './logger.ts'

/** Returns an `onHealthChange` that logs each change of a server's health. */
export function logHealth(log: Logger): (server: string, health: Health) => void {
  return (server, { state, reason }) => {
    if (state === 'healthy') log.info('Server is healthy', { server })
    else log.warn(`Server is ${state}`, { server, reason })
  }
}
