import { McpError } from '@mcp/protocol'

import type { ModelMessage, ModelToolCall } from '../providers/model-provider.ts'
import type { AgentOptions } from './agent-options.ts'
import { compactHistory, historyTokens } from './compact-history.ts'
import type { AgentEvents } from './event-gate.ts'
import { completeHistory, countSteps } from './history.ts'
import { userMessage } from './user-message.ts'

/** The messages of a run: all of them, and those that the model receives. */
export interface Conversation {
  /** The complete conversation. */
  readonly messages: readonly ModelMessage[]
  /** Calls of an earlier run that have no result. */
  readonly pending: readonly ModelToolCall[]
  /** Number of steps that the run had before it was continued. */
  readonly stepsBefore: number
  /** Returns the messages for the model. */
  forModel(): readonly ModelMessage[]
  /** Adds a message and passes it to `onMessage`. */
  add(message: ModelMessage): void
  /** Shortens the messages for the model, if they are too long. Returns whether this changed them. */
  compact(maxTokens?: number): boolean
}

/**
 * Share of the limit that a shortened conversation may use. The rest is for the messages that follow, so that
 * not every step shortens the conversation again.
 */
const compactedPart = 0.7
const maxKeptResult = 8 * 1024

/**
 * Creates the conversation of a run.
 *
 * @throws McpError `invalid-params` without a prompt and messages.
 */
export function createConversation(
  { messages: before = [], prompt, attached, limits, onMessage = () => {} }: AgentOptions,
  events: AgentEvents,
): Conversation {
  if (prompt === undefined && before.length === 0) {
    throw new McpError('invalid-params', 'The agent requires a prompt or messages.')
  }
  const maxHistoryTokens = limits?.historyTokens ?? 100_000
  const { messages, pending } = completeHistory(before, prompt === undefined)
  const all = [...messages]
  let forModel = all
  const stepsBefore = prompt === undefined ? countSteps(messages) : 0
  if (prompt !== undefined) all.push(userMessage(prompt, attached))

  function add(message: ModelMessage): void {
    all.push(message)
    if (forModel !== all) forModel.push(message)
    onMessage(withoutLongResult(message))
  }

  // Some providers refuse a conversation that ends with a response.
  if (all.at(-1)?.role === 'assistant' && pending.length === 0) {
    add({ role: 'user', content: 'Continue.' })
  }
  return {
    messages: all,
    pending,
    stepsBefore,
    forModel: () => [...forModel],
    add,
    compact(maxTokens = maxHistoryTokens) {
      if (historyTokens(forModel) <= maxTokens) return false
      const compacted = compactHistory(forModel, maxTokens * compactedPart)
      const { results, turns } = compacted
      if (results + turns === 0) return false
      forModel = compacted.messages
      events.emit({ type: 'history-compacted', results, turns })
      return true
    },
  }
}

function withoutLongResult(message: ModelMessage): ModelMessage {
  if (message.role !== 'tool' || message.content.length <= maxKeptResult) return message
  const { result: _result, ...rest } = message
  return rest
}
