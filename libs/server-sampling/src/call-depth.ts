import type { RequestEnvelope } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** Key in `metadata` for the number of model responses that led to the request, one after the other. */
const depthKey = 'samplingDepth'

/**
 * Refuses a request that is nested too deep. A caller that sends a request because of a model's
 * response sets `samplingDepth` to the value that it received, plus one.
 *
 * @throws McpError `forbidden`, reason `depth-limit`.
 */
export function checkDepth({ metadata }: RequestEnvelope, maxDepth: number): void {
  const depth = metadata[depthKey] ?? 0
  if (typeof depth !== 'number' || !Number.isInteger(depth) || depth < 0) {
    throw new McpError(
      'invalid-request',
      `metadata.${depthKey} must be the number of model responses that led to this request: 0 or more.`,
      { details: { path: ['metadata', depthKey] } },
    )
  }
  if (depth <= maxDepth) return
  throw new McpError(
    'forbidden',
    `Sampling is nested ${depth} levels deep; the maximum is ${maxDepth}.`,
    { details: { reason: 'depth-limit', depth, maxDepth } },
  )
}
