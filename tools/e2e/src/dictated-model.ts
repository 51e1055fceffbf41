import type { ModelProvider, ModelResponse, ModelStreamEvent } from '@mcp/llm'
import { McpError } from '@mcp/protocol'

/** A language model that responds with what the test dictates, while the test runs. */
export interface DictatedModel {
  readonly provider: ModelProvider
  /** Adds text to the current response, or to the next one if there is none. */
  say(text: string): void
  /** Ends the current response. */
  finish(): void
}

export function dictatedModel(): DictatedModel {
  let pieces: (string | undefined)[] = []
  let wake = (): void => {}

  function add(piece: string | undefined): void {
    pieces.push(piece)
    wake()
  }

  async function* stream(
    _request: unknown,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<ModelStreamEvent> {
    const said: string[] = []
    signal?.addEventListener('abort', () => wake())
    for (;;) {
      if (signal?.aborted === true) {
        pieces = []
        throw new McpError('cancelled', 'Cancelled.')
      }
      if (pieces.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      const piece = pieces.shift()
      if (piece === undefined) break
      said.push(piece)
      yield { type: 'text-delta', text: piece }
    }
    yield { type: 'response-finished', response: responseOf(said.join('')) }
  }

  return {
    provider: {
      id: 'dictated',
      label: 'Dictated',
      listModels: async () => [{ id: 'dictated-small' }],
      async generate(request, options) {
        for await (const event of stream(request, options)) {
          if (event.type === 'response-finished') return event.response
        }
        throw new McpError('upstream-error', 'No response.')
      },
      stream,
    },
    say: add,
    finish: () => add(undefined),
  }
}

function responseOf(text: string): ModelResponse {
  return {
    text,
    toolCalls: [],
    stopReason: 'stop',
    model: 'dictated-small',
    usage: { inputTokens: 10, outputTokens: 10 },
  }
}
