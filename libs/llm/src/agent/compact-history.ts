import type { ModelMessage } from '../providers/model-provider.ts'
import { countTokens } from './tools/count-tokens.ts'

/** Number of turns at the end of a conversation that are never shortened. */
const keptTurns = 2
const omittedResult = '[Result omitted to shorten the conversation.]'

/** A shortened conversation, with the number of results and turns that were omitted. */
export interface CompactedHistory {
  readonly messages: ModelMessage[]
  readonly results: number
  readonly turns: number
}

/** Returns the approximate number of tokens of messages. */
export function historyTokens(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + messageTokens(message), 0)
}

/**
 * Shortens a conversation to `maxTokens`, as far as possible. Old results are omitted first, then old
 * turns. A turn is a prompt with all messages up to the next prompt. The last two turns are kept.
 */
export function compactHistory(
  messages: readonly ModelMessage[],
  maxTokens: number,
): CompactedHistory {
  const compacted = [...messages]
  let tokens = historyTokens(compacted)
  let results = 0
  const starts = messages.flatMap(({ role }, index) => (role === 'user' ? [index] : []))
  const end = starts.at(-keptTurns) ?? 0
  for (let index = 0; index < end && tokens > maxTokens; index++) {
    const message = compacted[index]
    if (message?.role !== 'tool' || message.content.length <= omittedResult.length) continue
    const { result: _result, ...rest } = message
    const short = { ...rest, content: omittedResult }
    tokens -= messageTokens(message) - messageTokens(short)
    compacted[index] = short
    results++
  }

  let turns = 0
  let start = 0
  const boundaries = starts.filter((index) => index > 0 && index <= end)
  for (const boundary of boundaries) {
    if (tokens <= maxTokens) break
    tokens -= historyTokens(compacted.slice(start, boundary))
    start = boundary
    turns++
  }
  return { messages: compacted.slice(start), results, turns }
}

function messageTokens(message: ModelMessage): number {
  const calls = message.role === 'assistant' ? message.toolCalls : undefined
  const data = message.role === 'assistant' ? message.providerData : undefined
  const rest = [calls, data].map((part) => (part === undefined ? '' : JSON.stringify(part)))
  return countTokens(message.content) + countTokens(rest.join(''))
}
