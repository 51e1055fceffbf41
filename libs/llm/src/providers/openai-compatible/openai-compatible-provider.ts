import { abortable, createLazy } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'

import type {
  ModelCallOptions,
  ModelProvider,
  ModelRequest,
  ModelStreamEvent,
} from '../model-provider.ts'
import { createBodyAdapter } from './adapt-body.ts'
import type { CallDeadline } from './call-deadline.ts'
import { startDeadline } from './call-deadline.ts'
import { createCompletion } from './completion.ts'
import type { CompletionsApi } from './completions-api.ts'
import { sendRequest } from './completions-api.ts'
import { completionsEndpoint } from './completions-endpoint.ts'
import { createHealthCheck } from './health-check.ts'
import { firstChatModel, listModels } from './list-models.ts'
import type { ErrorContext } from './provider-error.ts'
import { interruptedError } from './provider-error.ts'
import { readChunks } from './read-chunks.ts'
import { toRequestBody } from './request-body.ts'

export interface OpenAiCompatibleOptions {
  /** Base URL of the API, such as `https://api.example.com/v1`, or the URL of one of its routes. */
  readonly url: string
  /** API key, sent as a bearer token. Default: none, for local servers. */
  readonly key?: string | undefined
  /** Name of the model. Default: the first chat model that the provider lists. */
  readonly model?: string | undefined
  /** Id of the provider. Default: `openai-compatible`. */
  readonly id?: string | undefined
  /** Display name. Default: the host of the API. */
  readonly label?: string | undefined
  /** Headers sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /**
   * Whether to send the `responseSchema` of a request. If false, the provider receives only the
   * instruction to respond with JSON. Default: true.
   */
  readonly structuredOutputs?: boolean | undefined
  /**
   * Maximum time until a response is complete, in milliseconds. If a response is streamed, the maximum
   * time between two of its parts. Default: two minutes.
   */
  readonly timeoutMs?: number | undefined
  /** Sends the HTTP requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/**
 * Creates a provider for the chat completions API of OpenAI. Most other providers support this API too.
 *
 * @example
 * const provider = createOpenAiCompatibleProvider({
 *   url: 'https://api.example.com/v1',
 *   key: 'the key',
 *   model: 'small',
 * })
 * const { text } = await provider.generate({ messages: [{ role: 'user', content: 'Hello' }] })
 */
export function createOpenAiCompatibleProvider(options: OpenAiCompatibleOptions): ModelProvider {
  const { key, headers = {}, structuredOutputs = true, timeoutMs = 120_000 } = options
  const { fetch = globalThis.fetch, clock = systemClock, id = 'openai-compatible' } = options
  const { baseUrl, host, query } = completionsEndpoint(options.url)
  const api: CompletionsApi = { baseUrl, host, query, key, headers, timeoutMs, fetch, clock }

  // The list is requested once for all concurrent calls, so the abort of one call does not end it.
  const firstModel = createLazy(async () => firstChatModel(await listModels(api), host))

  const adapter = createBodyAdapter()
  async function send(
    body: Readonly<Record<string, unknown>>,
    deadline: CallDeadline,
    context: ErrorContext,
  ): Promise<Response> {
    try {
      return await sendRequest(api, '/chat/completions', { body, deadline, context })
    } catch (error) {
      const adapted = adapter.adaptAfter(error, body)
      if (adapted === undefined) throw error
      return send(adapted, deadline, context)
    }
  }

  async function* run(
    request: ModelRequest,
    isStreamed: boolean,
    deadline: CallDeadline,
  ): AsyncGenerator<ModelStreamEvent> {
    const model =
      request.model ?? options.model ?? (await abortable(firstModel.get(), deadline.signal))
    const context = { host, model, key, now: clock.now() }
    const body = toRequestBody(request, { model, isStreamed, structuredOutputs })
    const response = await send(adapter.adapt(body), deadline, context)
    const toolNames = new Set(request.tools?.map(({ name }) => name))
    const completion = createCompletion({ ...context, toolNames })
    let isComplete = false
    for await (const part of readChunks(response, context)) {
      deadline.extend()
      isComplete = 'isComplete' in part
      if ('chunk' in part) yield* completion.add(part.chunk)
    }
    const { rest, response: finished } = completion.finish(isComplete)
    yield* rest
    yield { type: 'response-finished', response: finished }
  }

  async function* call(
    request: ModelRequest,
    { signal }: ModelCallOptions,
    isStreamed: boolean,
  ): AsyncGenerator<ModelStreamEvent> {
    const deadline = startDeadline({ signal, timeoutMs, clock, host, isStreamed })
    try {
      yield* run(request, isStreamed, deadline)
    } catch (error) {
      const model = request.model ?? options.model ?? ''
      throw deadline.reason() ?? interruptedError(error, { host, model, key, now: clock.now() })
    } finally {
      deadline.stop()
    }
  }

  return {
    id,
    label: options.label ?? host,
    health: createHealthCheck({ request: (signal) => listModels(api, signal), host, clock }),
    listModels: ({ signal } = {}) => listModels(api, signal),
    stream: (request, callOptions = {}) => call(request, callOptions, true),
    async generate(request, callOptions = {}) {
      for await (const event of call(request, callOptions, false)) {
        if (event.type === 'response-finished') return event.response
      }
      throw new McpError('internal', 'The call of the language model ended without a response.')
    },
  }
}
