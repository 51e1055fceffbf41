import type { ModelProvider, ModelRequest, ModelStreamEvent, ModelToolCall } from '@mcp/llm'
import { McpError } from '@mcp/protocol'

/** One response of the stand-in: its pieces of text in order, then its calls. */
export interface StandInTurn {
  readonly reasoning?: string
  readonly text?: readonly string[]
  readonly calls?: readonly ModelToolCall[]
  /** The response pauses after the first piece of text until the promise resolves. */
  readonly gate?: Promise<void>
  readonly error?: McpError
  /** Number of attempts that fail with `error`. Default: all. */
  readonly failures?: number
  readonly stopReason?: 'length' | 'content-filter'
}

/** Turns by prompt. The last turn of a prompt is repeated. */
export type StandInScript = Readonly<Record<string, readonly StandInTurn[]>>

/** Creates a language model whose responses are scripted by prompt. */
export function standInModel(script: StandInScript): ModelProvider {
  const attempts = new Map<StandInTurn, number>()

  async function* stream(
    request: ModelRequest,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<ModelStreamEvent> {
    const turn = turnFor(request, script)
    const { reasoning, text = [], calls = [], gate, error, failures = Infinity } = turn
    const attempt = (attempts.get(turn) ?? 0) + 1
    attempts.set(turn, attempt)
    if (error !== undefined && attempt <= failures) throw error
    if (reasoning !== undefined) yield { type: 'reasoning-delta', text: reasoning }
    for (const [index, piece] of text.entries()) {
      if (index === 1 && gate !== undefined) await Promise.race([gate, aborted(signal)])
      if (signal?.aborted === true) throw new McpError('cancelled', 'Cancelled.')
      yield { type: 'text-delta', text: piece }
    }
    yield {
      type: 'response-finished',
      response: {
        text: text.join(''),
        toolCalls: calls,
        stopReason: turn.stopReason ?? (calls.length > 0 ? 'tool-calls' : 'stop'),
        model: 'stand-in-small',
        usage: { inputTokens: 1200, outputTokens: 34 },
      },
    }
  }
  return {
    id: 'stand-in',
    label: 'Stand-in',
    listModels: async () => [{ id: 'stand-in-small' }, { id: 'stand-in-large' }],
    async generate(request, options) {
      for await (const event of stream(request, options)) {
        if (event.type === 'response-finished') return event.response
      }
      throw new McpError('upstream-error', 'No response.')
    },
    stream,
  }
}

function turnFor({ messages }: ModelRequest, script: StandInScript): StandInTurn {
  const last = messages.findLastIndex(({ role }) => role === 'user')
  const made = messages.slice(last).filter(({ role }) => role === 'assistant').length
  const turns = script[messages[last]?.content ?? ''] ?? [{ text: ['I do not know.'] }]
  return turns[Math.min(made, turns.length - 1)] ?? {}
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve())
  })
}
