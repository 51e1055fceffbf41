import type { LlmAnswer, LlmProvider, LlmRequest, LlmToolCall } from '../llm-provider.ts'

/** A call as a model would ask for it. */
export function asks(name: string, args: unknown = {}, id = `call-${name}`): LlmToolCall {
  return { id, name, arguments: args }
}

type Turn = string | readonly LlmToolCall[] | ((request: LlmRequest) => Promise<LlmAnswer>)

/** A provider that says what the test wrote down, turn by turn, and keeps what it was asked. */
export function scriptedProvider(
  turns: readonly Turn[],
): LlmProvider & { readonly asked: LlmRequest[] } {
  const asked: LlmRequest[] = []

  async function generate(request: LlmRequest): Promise<LlmAnswer> {
    const turn = turns[Math.min(asked.length, turns.length - 1)] ?? ''
    asked.push(request)
    if (typeof turn === 'function') return turn(request)
    const calls = typeof turn === 'string' ? [] : turn
    return {
      text: typeof turn === 'string' ? turn : '',
      toolCalls: calls,
      stopReason: calls.length > 0 ? 'tool-calls' : 'stop',
      model: 'scripted-1',
      usage: { inputTokens: 10, outputTokens: 2 },
    }
  }

  return {
    id: 'scripted',
    label: 'scripted',
    asked,
    listModels: () => [{ id: 'scripted-1' }],
    generate,
    async *stream(request) {
      const answer = await generate(request)
      for (const word of answer.text.match(/\S+\s*/g) ?? [])
        yield { type: 'text-delta', text: word }
      yield { type: 'answer-finished', answer }
    },
  }
}
