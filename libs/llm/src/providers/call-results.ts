import type { ModelMessage, ModelToolMessage } from './model-provider.ts'

/** The result of a call, with the `providerData` that the provider added to the call. */
export interface CallResultOfProvider {
  readonly providerData: unknown
  readonly message: ModelToolMessage
}

/**
 * Returns the results of the calls after the last message of the user. A provider that plans its calls finds the
 * result of a call by `providerData`, because the agent changes ids that are not unique in the conversation.
 */
export function readCallResults(messages: readonly ModelMessage[]): CallResultOfProvider[] {
  const start = messages.findLastIndex(({ role }) => role === 'user')
  const dataOf = new Map<string, unknown>()
  const results: CallResultOfProvider[] = []
  for (const message of messages.slice(start + 1)) {
    if (message.role === 'assistant') {
      for (const { id, providerData } of message.toolCalls ?? []) dataOf.set(id, providerData)
    } else if (message.role === 'tool') {
      results.push({ providerData: dataOf.get(message.toolCallId), message })
    }
  }
  return results
}
