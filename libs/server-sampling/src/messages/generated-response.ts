import { sampling } from '@mcp/contracts/sampling'
import * as z from 'zod'

import type { ModelResponse } from '@mcp/llm'
import type { MessageResult, Selection } from './message-request.ts'

/** Response of a model, ready to be returned or approved. */
export interface GeneratedResponse {
  readonly text: string
  readonly toolCalls: ModelResponse['toolCalls']
  readonly stopReason: ModelResponse['stopReason']
  readonly model: string
  readonly usage: ModelResponse['usage']
  readonly selection: Selection
  /** The parsed text, if the request has a schema. */
  readonly value?: unknown
}

/** Returns the schema of a stored response. */
export const generatedResponseSchema = () => {
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

/** Returns the result of `createMessage`. */
export function toMessageResult(messageId: string, response: GeneratedResponse): MessageResult {
  const { text, toolCalls, stopReason, model, usage, selection, value } = response
  const textBlocks = text === '' && toolCalls.length > 0 ? [] : [{ type: 'text' as const, text }]
  const calls = toolCalls.map((call) => ({
    type: 'tool-use' as const,
    id: call.id,
    name: call.name,
    input: call.arguments,
  }))
  return {
    messageId,
    role: 'assistant',
    content: [...textBlocks, ...calls],
    ...(value === undefined ? {} : { value }),
    model,
    stopReason,
    usage,
    selection,
  }
}
