import { McpError } from '@mcp/protocol'

/** The memory for all bodies that are being read. */
export interface BodyBudget {
  /**
   * Reserves memory for a body. The budget is at least two bodies of the maximum size, so that a service
   * with a large maximum can read them.
   *
   * @throws McpError `unavailable` if less memory is left.
   */
  reserve(bytes: number, maxBodyBytes: number): void
  /** Frees reserved memory. */
  release(bytes: number): void
}

export function createBodyBudget(maxBytes: number): BodyBudget {
  let reservedBytes = 0
  return {
    reserve(bytes, maxBodyBytes) {
      const budget = Math.max(maxBytes, 2 * maxBodyBytes)
      if (reservedBytes + bytes > budget) throw overloaded(budget)
      reservedBytes += bytes
    },
    release(bytes) {
      reservedBytes -= bytes
    },
  }
}

/** The budget of this process. All HTTP servers in the process share it, because they share memory. */
export const processBodyBudget = createBodyBudget(64 * 1024 * 1024)

function overloaded(max: number): McpError {
  return new McpError(
    'unavailable',
    `The bodies that are being read exceed ${max} bytes in total. Retry later.`,
    { details: { reason: 'overloaded', limit: 'bodies', max, retryAfterMs: 1000 } },
  )
}
