import { McpError } from '@mcp/protocol'

import type { ModelResponse, ModelStreamEvent, ModelToolCall } from '../model-provider.ts'
import type { LanguageModel } from './language-model-call.ts'
import { createAnswer, toToolCall, toUsage } from './language-model-call.ts'

export interface ReadStreamOptions {
  /** The model that was asked, until the stream names the one that answers. */
  readonly model: string
  /** Told of everything that arrives. */
  readonly onPart: () => void
}

type SdkStream = Awaited<ReturnType<LanguageModel['doStream']>>['stream']

/** The AI SDK's stream, as ours. */
export async function* readStream(
  stream: SdkStream,
  { model, onPart }: ReadStreamOptions,
): AsyncGenerator<ModelStreamEvent> {
  let text = ''
  let answeredBy = model
  const toolCalls: ModelToolCall[] = []
  let answer: ModelResponse | undefined

  for await (const part of stream) {
    onPart()
    if (part.type === 'text-delta') {
      text += part.delta
      yield { type: 'text-delta', text: part.delta }
    } else if (part.type === 'tool-call') {
      toolCalls.push(toToolCall(part))
    } else if (part.type === 'response-metadata') {
      answeredBy = part.modelId ?? model
    } else if (part.type === 'error') {
      throw part.error
    } else if (part.type === 'finish') {
      const usage = toUsage(part.usage)
      const finish = part.finishReason.unified
      answer = createAnswer({ text, toolCalls, finish, usage, model: answeredBy })
    }
  }
  if (answer === undefined) {
    throw new McpError(
      'upstream-error',
      'The language model stopped in the middle of its answer.',
      {
        details: { reason: 'stream-broken' },
        retryable: true,
      },
    )
  }
  yield { type: 'response-finished', response: answer }
}
