import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import type { ModelProvider, ModelRequest } from '../model-provider.ts'
import type { CallDeadline } from './call-deadline.ts'
import { startDeadline } from './call-deadline.ts'
import { completionsEndpoint } from './completions-endpoint.ts'
import type { LanguageModel } from './language-model-call.ts'
import { toModelResponse, toLanguageModelCall } from './language-model-call.ts'
import type { ModelsApi } from './list-models.ts'
import { firstChatModel, listModels } from './list-models.ts'
import { toStreamError, toProviderError } from './provider-error.ts'
import { readStream } from './read-stream.ts'

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
 * The first call of `generate` or `stream` loads the AI SDK.
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
  const failureOf = (model: string) => ({ host, model, key, now: clock.now() })

  let client: Promise<(model: string) => LanguageModel> | undefined
  const loadClient = () => (client ??= load())
  const load = async () => {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
    const provider = createOpenAICompatible({
      name: 'llm',
      baseURL: baseUrl,
      headers: { ...headers },
      queryParams: { ...query },
      includeUsage: true,
      supportsStructuredOutputs: structuredOutputs,
      fetch,
      ...(key === undefined ? {} : { apiKey: key }),
    })
    return (model: string) => provider.chatModel(model)
  }

  const api: ModelsApi = { baseUrl, host, query, key, headers, timeoutMs, fetch, clock }

  let firstModel: Promise<string> | undefined
  async function chooseModel(request: ModelRequest, signal: AbortSignal): Promise<string> {
    const named = request.model ?? options.model
    if (named !== undefined) return named
    firstModel ??= listModels(api, signal).then((models) => firstChatModel(models, host))
    // A failure must not be cached. For example, the caller may have aborted this call.
    firstModel.catch(() => (firstModel = undefined))
    return firstModel
  }

  interface OpenCall {
    readonly model: string
    readonly language: LanguageModel
    readonly call: ReturnType<typeof toLanguageModelCall>
  }

  async function open(request: ModelRequest, deadline: CallDeadline): Promise<OpenCall> {
    const model = await chooseModel(request, deadline.signal)
    const language = (await loadClient())(model)
    return { model, language, call: toLanguageModelCall(request, deadline.signal) }
  }

  return {
    id,
    label: options.label ?? host,
    listModels: ({ signal } = {}) => listModels(api, signal),
    async generate(request, { signal } = {}) {
      const deadline = startDeadline({ signal, timeoutMs, clock, host })
      let model = request.model ?? options.model ?? ''
      try {
        const opened = await open(request, deadline)
        model = opened.model
        return toModelResponse(await opened.language.doGenerate(opened.call), model)
      } catch (error) {
        throw deadline.reason() ?? toProviderError(error, failureOf(model))
      } finally {
        deadline.stop()
      }
    },
    async *stream(request, { signal } = {}) {
      const deadline = startDeadline({ signal, timeoutMs, clock, host })
      let model = request.model ?? options.model ?? ''
      let isOpen = false
      try {
        const opened = await open(request, deadline)
        model = opened.model
        const { stream } = await opened.language.doStream(opened.call)
        isOpen = true
        yield* readStream(stream, { model, onPart: () => deadline.extend() })
      } catch (error) {
        const toError = isOpen ? toStreamError : toProviderError
        throw deadline.reason() ?? toError(error, failureOf(model))
      } finally {
        deadline.stop()
      }
    },
  }
}
