import type { ActiveSpan, SpanOptions } from '@mcp/telemetry'
import { inSpan, isTracing, openSpan } from '@mcp/telemetry'
import { McpError } from '@mcp/protocol'

import type {
  ModelProvider,
  ModelRequest,
  ModelResponse,
  ModelStreamEvent,
} from './model-provider.ts'

/**
 * Wraps a provider so that each call is a span with the attributes of the conventions for generative AI.
 * Prompts and responses are not among the attributes, because they may contain private data of a user. Returns
 * the provider itself if tracing is off.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
export function traceProvider(provider: ModelProvider): ModelProvider {
  if (!isTracing()) return provider
  const start = (request: ModelRequest): [string, SpanOptions] => [
    request.model === undefined ? 'chat' : `chat ${request.model}`,
    { kind: 'client', attributes: attributesOf(provider, request) },
  ]
  return {
    ...provider,
    generate: async (request, options) =>
      inSpan(...start(request), async (span) => {
        const response = await provider.generate(request, options)
        record(span, response)
        return response
      }),
    async *stream(request, options) {
      const span = openSpan(...start(request))
      const run = <Result>(step: () => Result): Result => span?.run(step) ?? step()
      const events = run(() => provider.stream(request, options)[Symbol.asyncIterator]())
      try {
        for (;;) {
          const { done, value }: IteratorResult<ModelStreamEvent, unknown> = await run(() =>
            events.next(),
          )
          if (done === true) return
          if (value.type === 'response-finished') record(span, value.response)
          yield value
        }
      } catch (thrown) {
        span?.fail(McpError.from(thrown).code)
        throw thrown
      } finally {
        await events.return?.()
        span?.end()
      }
    },
  }
}

function attributesOf({ id, label }: ModelProvider, request: ModelRequest) {
  const { model, maxTokens, temperature } = request
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': id,
    'server.address': label,
    ...(model === undefined ? {} : { 'gen_ai.request.model': model }),
    ...(maxTokens === undefined ? {} : { 'gen_ai.request.max_tokens': maxTokens }),
    ...(temperature === undefined ? {} : { 'gen_ai.request.temperature': temperature }),
  }
}

function record(span: ActiveSpan | undefined, { model, stopReason, usage }: ModelResponse): void {
  span?.setAttributes({
    'gen_ai.response.model': model,
    'gen_ai.response.finish_reasons': [stopReason],
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
  })
}
