import { McpError } from '@mcp/protocol'

import type { ModelResponse, ModelStreamEvent, ModelToolCall } from '../model-provider.ts'
import type { LanguageModel } from './language-model-call.ts'
import { createModelResponse, toToolCall, toUsage } from './language-model-call.ts'

export interface ReadStreamOptions {
  /** Name of the requested model. The stream may report another name, which replaces this one. */
  readonly model: string
  /** Called for every part of the stream. */
  readonly onPart: () => void
}

type SdkStream = Awaited<ReturnType<LanguageModel['doStream']>>['stream']

/** Converts a stream of the AI SDK to events. */
export async function* readStream(
  stream: SdkStream,
  { model, onPart }: ReadStreamOptions,
): AsyncGenerator<ModelStreamEvent> {
  let text = ''
  let actualModel = model
  const toolCalls: ModelToolCall[] = []
  let response: ModelResponse | undefined

  for await (const part of stream) {
    onPart()
    if (part.type === 'text-delta') {
      text += part.delta
      yield { type: 'text-delta', text: part.delta }
    } else if (part.type === 'tool-call') {
      toolCalls.push(toToolCall(part))
    } else if (part.type === 'response-metadata') {
      actualModel = part.modelId ?? model
    } else if (part.type === 'error') {
      throw part.error
    } else if (part.type === 'finish') {
      const usage = toUsage(part.usage)
      const finish = part.finishReason.unified
      response = createModelResponse({ text, toolCalls, finish, usage, model: actualModel })
    }
  }
  if (response === undefined) {
    throw new McpError('upstream-error', 'The stream of the language model ended early.', {
      details: { reason: 'stream-broken' },
      retryable: true,
    })
  }
  yield { type: 'response-finished', response }
}
