import { sampling } from '@mcp/contracts/sampling'
import * as z from 'zod'

import type { ModelResponse } from '@mcp/llm'
import type { MessageResult, Selection } from './message-request.ts'

/** What a model answered, ready to be handed out or to wait for an approval. */
export interface GeneratedAnswer {
  readonly text: string
  readonly toolCalls: ModelResponse['toolCalls']
  readonly stopReason: ModelResponse['stopReason']
  readonly model: string
  readonly usage: ModelResponse['usage']
  readonly selection: Selection
  /** The text as JSON, where a schema was given and it fits. */
  readonly value?: unknown
}

/** A generated answer as it is read from where it was kept. */
export const generatedAnswerSchema = () => {
  const [finished] = sampling.operations.createMessage.result.options
  const { stopReason, usage, selection } = finished.shape
  return z.object({
    text: z.string(),
    toolCalls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.unknown() })),
    stopReason,
    model: z.string(),
    usage,
    selection,
    value: z.unknown().optional(),
  })
}

/** The answer as `createMessage` gives it. */
export function toMessageResult(messageId: string, answer: GeneratedAnswer): MessageResult {
  const { text, toolCalls, stopReason, model, usage, selection, value } = answer
  const words = text === '' && toolCalls.length > 0 ? [] : [{ type: 'text' as const, text }]
  const calls = toolCalls.map((call) => ({
    type: 'tool-use' as const,
    id: call.id,
    name: call.name,
    input: call.arguments,
  }))
  return {
    messageId,
    role: 'assistant',
    content: [...words, ...calls],
    ...(value === undefined ? {} : { value }),
    model,
    stopReason,
    usage,
    selection,
  }
}
