import { McpError } from '@mcp/protocol'
import type { PromptContent, PromptMessage } from '@mcp/contracts/prompts'

import { engines } from './engines.ts'
import { createRenderBudget } from './render-budget.ts'
import { parseArguments } from './parse-arguments.ts'

/** Input of a rendering, which runs in the sandbox. */
export interface RenderJob {
  readonly content: Pick<PromptContent, 'engine' | 'arguments' | 'messages'>
  readonly values: Readonly<Record<string, unknown>>
  /** Maximum length of all messages together, in characters. */
  readonly maxLength: number
}

export interface RenderedPrompt {
  readonly messages: PromptMessage[]
  readonly usedArguments: Record<string, unknown>
  readonly warnings: string[]
}

/** Renders the messages of a prompt with the values of its arguments. */
export function renderPrompt({ content, values, maxLength }: RenderJob): RenderedPrompt {
  const engine = engines[content.engine]
  const { view, used, warnings } = parseArguments(content.arguments, values)
  const budget = createRenderBudget(maxLength)
  const messages = content.messages.map(({ role, content: template }, index) => ({
    role,
    content: withMessageIndex(index, () => engine.compile(template).render(view, budget)),
  }))
  return { messages, usedArguments: used, warnings }
}

/** Calls `run` and adds the index of the message to errors that it throws. */
export function withMessageIndex<Result>(index: number, run: () => Result): Result {
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
