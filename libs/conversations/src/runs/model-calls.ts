import type { ModelProvider, ModelRequest, ModelResponse } from '@mcp/llm'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { RunEnvironment } from './run-environment.ts'

type Result = Pick<ModelResponse, 'model'> & { readonly status: string; readonly content: unknown }

/**
 * Returns the provider of a run, which reports each call to the session of the run. A provider that works
 * without a language model is returned unchanged.
 */
export function reportModelCalls(
  { provider, session }: Pick<RunEnvironment, 'provider' | 'session'>,
  { runId, clock }: { readonly runId: string; readonly clock: Clock },
): ModelProvider {
  if (provider.offline === true) return provider
  let count = 0
  return {
    ...provider,
    async *stream(request, options) {
      const id = `${runId}.model-${++count}`
      const startedAt = clock.now()
      // The caller ends the iteration early only if it cancels the call.
      let result = failed(request, provider, new McpError('cancelled', 'Call cancelled.'))
      try {
        for await (const event of provider.stream(request, options)) {
          if (event.type === 'response-finished') result = succeeded(event.response)
          yield event
        }
      } catch (thrown) {
        result = failed(request, provider, McpError.from(thrown))
        throw thrown
      } finally {
        const durationMs = clock.now() - startedAt
        await session.modelCalled?.({ id, provider: provider.id, durationMs, ...result })
      }
    },
  }
}

function succeeded({ text, toolCalls, stopReason, model, usage }: ModelResponse): Result {
  const calls = toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args }))
  return { model, status: 'success', content: { text, toolCalls: calls, stopReason, usage } }
}

function failed({ model }: ModelRequest, { id }: ModelProvider, error: McpError): Result {
  return { model: model ?? id, status: error.code, content: error.toBody() }
}
