import { McpError } from '@mcp/protocol'
import type { PromptContent, PromptMessage } from '@mcp/contracts/prompts'

import { engines } from './engines.ts'
import { createOutputBudget } from './output-budget.ts'
import { readArguments } from './read-arguments.ts'

/** One rendering that is asked for. */
export interface RenderJob {
  readonly content: Pick<PromptContent, 'engine' | 'arguments' | 'messages'>
  readonly given: Readonly<Record<string, unknown>>
  /** The most characters that all messages may have together. */
  readonly maxLength: number
}

export interface RenderedPrompt {
  readonly messages: PromptMessage[]
  readonly usedArguments: Record<string, unknown>
  readonly warnings: string[]
}

/** Fills arguments into the messages of a prompt. */
export function renderPrompt({ content, given, maxLength }: RenderJob): RenderedPrompt {
  const engine = engines[content.engine]
  const { view, used, warnings } = readArguments(content.arguments, given)
  const budget = createOutputBudget(maxLength)
  const messages = content.messages.map(({ role, content: template }, index) => ({
    role,
    content: inMessage(index, () => engine.compile(template).render(view, budget)),
  }))
  return { messages, usedArguments: used, warnings }
}

/** Says in an error which message it is about. */
export function inMessage<Result>(index: number, run: () => Result): Result {
  try {
    return run()
  } catch (thrown) {
    const { code, message, details, cause } = McpError.from(thrown)
    throw new McpError(code, `messages.${index}: ${message}`, {
      details: { ...details, message: index },
      cause,
    })
  }
}
