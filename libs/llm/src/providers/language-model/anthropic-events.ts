import { isRecord } from '@mcp/protocol'

/** The kinds of events, blocks and deltas of Anthropic's format that contain a response. */
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
 * Whether an event was refused because its kind is unknown. Anthropic adds kinds to the format, and requires
 * clients to ignore unknown kinds. The packages of the other formats ignore them.
 */
export function isUnknownKind(error: unknown): boolean {
  if (!isRecord(error) || !isRecord(error['value'])) return false
  const { type, delta, content_block: block } = error['value']
  const kinds = [type, kindOf(delta), kindOf(block)].filter((kind) => typeof kind === 'string')
  return kinds.some((kind) => !known.has(kind))
}

const kindOf = (value: unknown): unknown => (isRecord(value) ? value['type'] : undefined)
