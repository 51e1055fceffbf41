import type { Logger } from './logger.ts'

/** A circuit breaker that has opened or closed, as a dispatcher reports it. */
export interface BreakerChange {
  readonly server: string
  readonly replica: string
  readonly isClosed: boolean
}

/** Returns an `onBreakerChange` that logs each change of a circuit breaker. */
export function logBreaker(log: Logger): (change: BreakerChange) => void {
  return ({ server, replica, isClosed }) => {
    if (isClosed) log.info('Circuit breaker closed', { server, replica })
    else log.warn('Circuit breaker opened: calls wait for a probe', { server, replica })
  }
}
