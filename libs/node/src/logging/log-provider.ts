import type { Logger } from './logger.ts'

/** A model provider whose calls fail, or succeed again. */
export interface ProviderChange {
  readonly provider: string
  readonly isAvailable: boolean
  readonly reason?: string | undefined
}

/** Returns an `onChange` of the providers that logs each change. */
export function logProvider(log: Logger): (change: ProviderChange) => void {
  return ({ provider, isAvailable, reason }) => {
    if (isAvailable) log.info('Model provider succeeds again', { provider })
    else log.warn('Model provider fails', { provider, reason })
  }
}
