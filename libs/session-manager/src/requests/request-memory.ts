import { McpError } from '@mcp/protocol'

/** The memory of the requests in flight, of which each caller has a share. */
export interface RequestMemory {
  /** @throws McpError `unavailable` if the share of the caller is used up. */
  assertCapacity(owner: string | undefined, bytes: number): void
  add(owner: string | undefined, bytes: number): void
  remove(owner: string | undefined, bytes: number): void
}

/** Smaller requests are neither counted nor refused. The servers limit their number. */
const minCountedBytes = 16 * 1024

/**
 * Creates the memory of the requests in flight. The budget for bodies does not bound the requests that wait for
 * a server: it counts bodies only while they are read, and a caller that disconnects does not cancel its
 * requests. The share of a caller is half of the memory that the requests of the other callers leave. Without
 * authentication, it is all of the memory.
 */
export function createRequestMemory(maxBytes: number): RequestMemory {
  const byOwner = new Map<string, number>()
  let total = 0

  return {
    assertCapacity(owner, bytes) {
      if (bytes < minCountedBytes) return
      const used = owner === undefined ? total : (byOwner.get(owner) ?? 0)
      const share = owner === undefined ? maxBytes : (maxBytes - (total - used)) / 2
      if (used + bytes > share) throw overloaded(maxBytes)
    },
    add(owner, bytes) {
      if (bytes < minCountedBytes) return
      total += bytes
      if (owner !== undefined) byOwner.set(owner, (byOwner.get(owner) ?? 0) + bytes)
    },
    remove(owner, bytes) {
      if (bytes < minCountedBytes) return
      total -= bytes
      if (owner === undefined) return
      const left = (byOwner.get(owner) ?? 0) - bytes
      if (left > 0) byOwner.set(owner, left)
      else byOwner.delete(owner)
    },
  }
}

function overloaded(max: number): McpError {
  return new McpError(
    'unavailable',
    `Your requests in flight would exceed your share of the ${max} bytes for all callers. Wait for their responses, or retry later.`,
    { details: { reason: 'overloaded', limit: 'requests', max, retryAfterMs: 1000 } },
  )
}
