import type {
  ModelAssistantMessage,
  ModelMessage,
  ModelResponse,
  ModelToolCall,
  ModelToolMessage,
} from '../providers/model-provider.ts'
import { interrupted } from './calls/make-call.ts'

/** A conversation in which every call has a result, except for `pending`. */
export interface History {
  readonly messages: readonly ModelMessage[]
  /** Calls of the last response with calls that have no result. The run completes them. */
  readonly pending: readonly ModelToolCall[]
}

/**
 * Puts the results of the calls of each response directly after the response, as providers require. A call
 * without a result gets an error. If `isContinued`, the calls without a result of the last response with calls
 * are returned as `pending` instead, unless a prompt follows that response.
 */
export function completeHistory(messages: readonly ModelMessage[], isContinued: boolean): History {
  const completed: ModelMessage[] = []
  const lastUser = messages.findLastIndex(({ role }) => role === 'user')
  const lastCalls = messages.findLastIndex((message) => callsOf(message).length > 0)
  let pending: readonly ModelToolCall[] = []
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') continue
    completed.push(message)
    const calls = callsOf(message)
    if (calls.length === 0) continue
    const results = resultsAfter(messages, index)
    const missing = calls.filter(({ id }) => !results.has(id))
    const isLast = index === lastCalls && index > lastUser
    if (isContinued && isLast) pending = missing
    for (const call of calls) {
      const result = results.get(call.id)
      if (result !== undefined) completed.push(result)
      else if (!(isContinued && isLast)) completed.push(missingResult(call))
    }
  }
  return { messages: completed, pending }
}

/** Returns the calls of a response, and none of any other message. */
export function callsOf(message: ModelMessage): readonly ModelToolCall[] {
  return message.role === 'assistant' ? (message.toolCalls ?? []) : []
}

/** Returns the results between a response and the next response with calls, by the id of their call. */
function resultsAfter(
  messages: readonly ModelMessage[],
  index: number,
): Map<string, ModelToolMessage> {
  const results = new Map<string, ModelToolMessage>()
  for (const message of messages.slice(index + 1)) {
    if (callsOf(message).length > 0) break
    if (message.role === 'tool') results.set(message.toolCallId, message)
  }
  return results
}

function missingResult({ id, name }: ModelToolCall): ModelToolMessage {
  const { code, message } = interrupted()
  const content = `${code}: ${message}`
  return { role: 'tool', toolCallId: id, toolName: name, content, isError: true }
}

/** Returns the number of responses since the last prompt, which are the steps of the run so far. */
export function countSteps(messages: readonly ModelMessage[]): number {
  const lastUser = messages.findLastIndex(({ role }) => role === 'user')
  return messages.slice(lastUser + 1).filter(({ role }) => role === 'assistant').length
}

/**
 * Returns the message of a response with the calls that are made. If other calls of the response are omitted,
 * its provider data is omitted too, because the data may refer to them.
 */
export function toAssistantMessage(
  { text, providerData, toolCalls }: ModelResponse,
  calls: readonly ModelToolCall[],
): ModelAssistantMessage {
  const isComplete = calls.length === toolCalls.length
  return {
    role: 'assistant',
    content: text,
    ...(calls.length === 0 ? {} : { toolCalls: calls }),
    ...(providerData === undefined || !isComplete ? {} : { providerData }),
  }
}
