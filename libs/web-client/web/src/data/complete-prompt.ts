import { isRecord } from '@mcp/protocol/light'

import type { Completion } from '../elements/completed-field.tsx'
import { sendCall } from './send-call.ts'

export interface PromptArgument {
  readonly prompt: string
  readonly argument: string
  /** Values of the other arguments. */
  readonly context: Readonly<Record<string, string>>
}

/** Returns the values that a prompt offers for one of its arguments and a typed text. */
export async function completePrompt(
  { prompt, argument, context }: PromptArgument,
  value: string,
  signal: AbortSignal,
): Promise<Completion> {
  const params = { argument, value, context }
  const payload = { prompt, operation: 'complete', params }
  const { result } = await sendCall({ type: 'prompt-template', payload }, { signal })
  const values = isRecord(result) && Array.isArray(result['values']) ? result['values'] : []
  return {
    values: values.filter((each) => typeof each === 'string'),
    hasMore: isRecord(result) && result['hasMore'] === true,
  }
}
