import { McpError } from '@mcp/protocol'

/** The memory for all bodies that are being read. */
export interface BodyBudget {
  /**
   * Reserves memory.
   *
   * @throws McpError `unavailable` if less memory is left.
   */
  reserve(bytes: number): void
  /** Frees reserved memory. */
  release(bytes: number): void
}

export function createBodyBudget(maxBytes: number): BodyBudget {
  let reservedBytes = 0
  return {
    reserve(bytes) {
      if (reservedBytes + bytes > maxBytes) throw overloaded(maxBytes)
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
