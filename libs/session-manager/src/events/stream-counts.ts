import { McpError } from '@mcp/protocol'

/** The number of open streams of each authenticated caller. */
export interface StreamCounts {
  /** @throws McpError `rate-limited` if the caller has the maximum number of open streams. */
  assertCapacity(owner: string | undefined): void
  /** Counts a stream until the returned function is called. */
  add(owner: string | undefined): () => void
}

/** Creates the counts. Anonymous callers cannot be told apart, so their streams are not limited. */
export function createStreamCounts(maxStreamsPerOwner: number): StreamCounts {
  const counts = new Map<string, number>()
  return {
    assertCapacity(owner) {
      if (owner === undefined || (counts.get(owner) ?? 0) < maxStreamsPerOwner) return
      throw new McpError(
        'rate-limited',
        `All ${maxStreamsPerOwner} streams of this caller are open. Close one first.`,
      )
    },
    add(owner) {
      if (owner === undefined) return () => {}
      counts.set(owner, (counts.get(owner) ?? 0) + 1)
      return () => {
        const left = (counts.get(owner) ?? 0) - 1
        if (left > 0) counts.set(owner, left)
        else counts.delete(owner)
      }
    },
  }
}
