import type {
  ModelResponse,
  ModelMessage,
  ModelProvider,
  ModelRequest,
  ModelTool,
  ModelToolCall,
} from '@mcp/llm'
import { readCallResults } from '@mcp/llm'
import type { PromptMatcher } from './match-prompt.ts'
import { createPromptMatcher } from './match-prompt.ts'
import type { PlannedPart } from './plan-prompt.ts'
import { planPrompt } from './plan-prompt.ts'
import type { CallResult } from './planner-answer.ts'
import { plannerResponse, plannerLabel, suggestPrompts } from './planner-answer.ts'

const id = 'offline-planner'

/**
 * Creates a provider that uses no language model. Every response with text states this. The provider matches a
 * prompt to tools by their examples and words, and fills their parameters from the prompt. It reports
 * the calls that it ran and the parts of the prompt that it could not run. It never invents a response.
 *
 * @example
 * const { response } = await runAgent({
 *   provider: createOfflinePlanner(),
 *   prompt: 'What is 12 * 12?',
 *   catalogue,
 *   call,
 * })
 */
export function createOfflinePlanner(): ModelProvider {
  const matchers = new WeakMap<readonly ModelTool[], Promise<PromptMatcher>>()

  function matcherOf(tools: readonly ModelTool[]): Promise<PromptMatcher> {
    const known = matchers.get(tools)
    if (known !== undefined) return known
    const made = createPromptMatcher(tools)
    matchers.set(tools, made)
    return made
  }

  async function answer(request: ModelRequest): Promise<ModelResponse> {
    const { messages, tools = [], toolChoice } = request
    const matcher = await matcherOf(tools)
    const message = messages.findLast(({ role }) => role === 'user')
    // Attachments are data. Only the words of the user are instructions.
    const prompt = message?.role === 'user' ? (message.prompt ?? message.content) : ''
    const outcomes = resultsOfParts(messages)
    const parts = await planPrompt(prompt, matcher, outcomes)
    const toolCalls = toolChoice === 'none' ? [] : callsToMake(parts, outcomes)
    const isPossible = async (title: string) => {
      const planned = await planPrompt(title, matcher, new Map())
      return planned.every(({ type }) => type === 'call')
    }
    const text =
      toolCalls.length > 0
        ? ''
        : await plannerResponse({
            parts,
            outcomes,
            suggest: () => suggestPrompts(tools, prompt, isPossible),
          })
    return {
      text,
      toolCalls,
      stopReason: toolCalls.length > 0 ? 'tool-calls' : 'stop',
      model: id,
      usage: { inputTokens: 0, outputTokens: 0 },
    }
  }

  return {
    id,
    label: plannerLabel,
    offline: true,
    maxTools: Number.POSITIVE_INFINITY,
    listModels: () => [{ id }],
    generate: answer,
    async *stream(request) {
      const whole = await answer(request)
      if (whole.text !== '') yield { type: 'text-delta', text: whole.text }
      yield { type: 'response-finished', response: whole }
    },
  }
}

/** Returns the results of the calls of the run, by the index of the prompt part. */
function resultsOfParts(messages: readonly ModelMessage[]): Map<number, CallResult> {
  const outcomes = new Map<number, CallResult>()
  for (const { providerData, message } of readCallResults(messages)) {
    if (typeof providerData !== 'number') continue
    const { isError = false, content } = message
    const result = Object.hasOwn(message, 'result') ? message.result : content
    outcomes.set(providerData, { isError, content, result })
  }
  return outcomes
}

function callsToMake(
  parts: readonly PlannedPart[],
  outcomes: ReadonlyMap<number, CallResult>,
): ModelToolCall[] {
  // Between steps, the planner has no other state than the index of the part in `providerData`.
  return parts.flatMap((part, index) =>
    part.type === 'call' && !outcomes.has(index)
      ? [
          {
            id: `part-${index}`,
            name: part.tool.name,
            arguments: part.arguments,
            providerData: index,
          },
        ]
      : [],
  )
}
