import { isRecord } from '@mcp/protocol'

import type { ModelUsage } from '../model-provider.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Returns the known usage with that of a chunk. Counts only grow within a response, because later chunks
 * repeat, complete or omit earlier counts.
 */
export function addUsage(known: ModelUsage, usage: unknown): ModelUsage {
  if (!isRecord(usage)) return known
  const input = fieldOf(usage, 'prompt_tokens_details', 'input_tokens_details')
  const output = fieldOf(usage, 'completion_tokens_details', 'output_tokens_details')
  // DeepSeek reports the cache beside the counts.
  const cached = readCount(input['cached_tokens'] ?? usage['prompt_cache_hit_tokens'])
  const reasoning = readCount(output['reasoning_tokens'])
  const { cost } = usage
  return {
    ...known,
    inputTokens: Math.max(
      known.inputTokens,
      readCount(usage['prompt_tokens'] ?? usage['input_tokens']),
    ),
    outputTokens: Math.max(
      known.outputTokens,
      readCount(usage['completion_tokens'] ?? usage['output_tokens']),
    ),
    ...(cached > 0 ? { cachedTokens: Math.max(known.cachedTokens ?? 0, cached) } : {}),
    ...(reasoning > 0 ? { reasoningTokens: Math.max(known.reasoningTokens ?? 0, reasoning) } : {}),
    // OpenRouter states the cost in US dollars.
    ...(typeof cost === 'number' && Number.isFinite(cost) ? { cost } : {}),
  }
}

function fieldOf(usage: Fields, ...names: readonly string[]): Fields {
  return names.map((name) => usage[name]).find(isRecord) ?? {}
}

function readCount(count: unknown): number {
  const number = typeof count === 'string' ? Number(count) : count
  return typeof number === 'number' && Number.isFinite(number) ? Math.round(number) : 0
}
