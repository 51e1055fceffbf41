import type { RequestEnvelope } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** The request's metadata that says how many answers of models led to it. */
const depthKey = 'samplingDepth'

/**
 * Refuses a request that too many others led to. Whoever asks a model because a model's answer made
 * it do so sends the `samplingDepth` it was called with, and one more.
 *
 * @throws McpError `forbidden`, reason `depth-limit`.
 */
export function checkDepth({ metadata }: RequestEnvelope, maxDepth: number): void {
  const depth = metadata[depthKey] ?? 0
  if (typeof depth !== 'number' || !Number.isInteger(depth) || depth < 0) {
    throw new McpError(
      'invalid-request',
      `metadata.${depthKey} must be how many answers of models led here: 0 or more.`,
      { details: { path: ['metadata', depthKey] } },
    )
  }
  if (depth <= maxDepth) return
  throw new McpError(
    'forbidden',
    `This request is nested ${depth} deep, and ${maxDepth} is the most: a model asks models in turn.`,
    { details: { reason: 'depth-limit', depth, maxDepth } },
  )
}
