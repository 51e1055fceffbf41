import type { Clock, Health } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

export interface HealthCheckOptions {
  /** Sends a request to the provider. */
  readonly request: (signal: AbortSignal) => Promise<unknown>
  readonly host: string
  readonly clock: Clock
}

// A provider that works is checked rarely, because each check is a request to it.
const okTtlMs = 30_000
const failedTtlMs = 5000
const timeoutMs = 3000

/**
 * Creates the health check of a provider. It sends a request at most every 30 s, and every 5 s while the
 * provider is unavailable.
 */
export function createHealthCheck(options: HealthCheckOptions): () => Promise<Health> {
  const { clock } = options
  let expiresAt = Number.NEGATIVE_INFINITY
  let current: Promise<Health> = Promise.resolve({ state: 'healthy' })

  async function check(): Promise<Health> {
    const reason = await findProblem(options)
    expiresAt = clock.now() + (reason === undefined ? okTtlMs : failedTtlMs)
    return reason === undefined ? { state: 'healthy' } : { state: 'unhealthy', reason }
  }

  return () => {
    if (clock.now() >= expiresAt) {
      // Concurrent checks share the request.
      expiresAt = Number.POSITIVE_INFINITY
      current = check()
    }
    return current
  }
}

async function findProblem({
  request,
  host,
  clock,
}: HealthCheckOptions): Promise<string | undefined> {
  const timeout = new AbortController()
  const stop = clock.after(timeoutMs, () => timeout.abort())
  try {
    await request(timeout.signal)
    return undefined
  } catch (thrown) {
    if (timeout.signal.aborted) {
      return `The language model provider at ${host} did not respond within ${timeoutMs} ms.`
    }
    const { code, message, details } = McpError.from(thrown)
    // Any other error is a response of the provider. For example, some have no list of models.
    const isProblem =
      code === 'unavailable' || code === 'timeout' || details?.['reason'] === 'provider-auth'
    return isProblem ? message : undefined
  } finally {
    stop()
  }
}
