import { McpError } from '@mcp/protocol'

/** Maximum size of a batch of rows from an engine, in characters. */
const maxBatchSize = 16 * 1024 * 1024

/** Sums the size of a batch of rows, and rejects a batch so large that receiving it would block the event loop. */
export function countBatch(): (size: number) => void {
  let total = 0
  return (size) => {
    total += size
    if (total <= maxBatchSize) return
    throw new McpError(
      'payload-too-large',
      'The rows exceed 16 MiB. Select fewer rows, fewer columns, or parts of the values.',
    )
  }
}
