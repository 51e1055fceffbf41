import type { McpError } from '@mcp/protocol'
import { storeFailure } from '@mcp/session-manager'

import { describeRedisError } from './redis-error.ts'

export interface HealthOptions {
  /** Address of Redis, without its password. */
  readonly place: string
  /** Receives the first failure since the start or the last recovery. */
  readonly onError: (error: unknown) => void
  readonly onRecovery?: ((message: string) => void) | undefined
  /**
   * Whether a successful command ends the failure. Receives the time since the last failure, in milliseconds.
   */
  readonly canRecover: (sinceFailureMs: number) => boolean
}

/** Records whether Redis works, and reports each change. */
export interface RedisHealth {
  /** Records a failure, and returns its error. */
  readonly fail: (cause: unknown) => McpError
  readonly recover: () => void
  /** Records that a command has succeeded. */
  readonly succeed: () => void
  /** Runs a command, and records whether it failed. */
  readonly attempt: <Result>(work: () => Promise<Result>) => Promise<Result>
  readonly health: () => { readonly failure: string | undefined; readonly errors: number }
}

export function createHealth(options: HealthOptions): RedisHealth {
  const { place, onError, onRecovery, canRecover } = options
  let failedAt = 0
  let failure: string | undefined
  let errors = 0

  function fail(cause: unknown): McpError {
    errors++
    failedAt = Date.now()
    const reason = `Redis at ${place} ${describeRedisError(cause)}`
    const error = storeFailure(reason, { cause })
    if (failure === undefined) onError(error)
    failure = reason
    return error
  }

  function recover(): void {
    if (failure === undefined) return
    failure = undefined
    onRecovery?.(`Redis at ${place} works again.`)
  }

  function succeed(): void {
    if (failure !== undefined && canRecover(Date.now() - failedAt)) recover()
  }

  return {
    fail,
    recover,
    succeed,
    async attempt(work) {
      try {
        const result = await work()
        succeed()
        return result
      } catch (error) {
        throw fail(error)
      }
    },
    health: () => ({ failure, errors }),
  }
}
