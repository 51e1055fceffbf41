import { isRecord } from '@mcp/protocol'

/**
 * The values of `type` in the events that a response needs, including those of blocks and deltas, and `ping`.
 */
const known = new Set<unknown>([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'ping',
  'text',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'text_delta',
  'thinking_delta',
  'signature_delta',
  'input_json_delta',
  'citations_delta',
])

/**
 * Whether an error of the AI SDK reports an event whose `type`, or that of its block or delta, is unknown.
 * Anthropic adds types to the format and requires clients to ignore unknown ones, but `@ai-sdk/anthropic`
 * reports them as errors. The packages of the AI SDK for other formats ignore them.
 */
export function isUnknownKind(error: unknown): boolean {
  if (!isRecord(error) || !isRecord(error['value'])) return false
  const { type, delta, content_block: block } = error['value']
  const kinds = [type, kindOf(delta), kindOf(block)].filter((kind) => typeof kind === 'string')
  return kinds.some((kind) => !known.has(kind))
}

const kindOf = (value: unknown): unknown => (isRecord(value) ? value['type'] : undefined)
