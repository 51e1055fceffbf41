import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { abortable, createLazy } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { isRecord, McpError, systemClock } from '@mcp/protocol'

import type {
  ModelCallOptions,
  ModelProvider,
  ModelRequest,
  ModelStreamEvent,
} from '../model-provider.ts'
import type { CallDeadline } from '../openai-compatible/call-deadline.ts'
import { startDeadline } from '../openai-compatible/call-deadline.ts'
import { completionsEndpoint } from '../openai-compatible/completions-endpoint.ts'
import { createHealthCheck } from '../openai-compatible/health-check.ts'
import { firstChatModel, listModels } from '../openai-compatible/list-models.ts'
import type { ErrorContext } from '../openai-compatible/provider-error.ts'
import { invalidResponse } from '../openai-compatible/provider-error.ts'
import type { LanguageModelKind, LanguageModelName } from './language-model-kinds.ts'
import { languageModelKinds } from './language-model-kinds.ts'
import type { CallErrors } from './open-stream.ts'
import { createStreamOpener } from './open-stream.ts'
import { createResponseParts } from './response-parts.ts'
import { isUnknownKind } from './anthropic-events.ts'

export interface LanguageModelOptions {
  /** Wire format: OpenAI's Responses, Anthropic's Messages or Google's Gemini API. */
  readonly format: LanguageModelName
  /** API key. */
  readonly key: string
  /** Base URL of the API. Default: the address of the provider. */
  readonly url?: string | undefined
  /** Name of the model. Default: the first chat model that the provider lists. */
  readonly model?: string | undefined
  /** Id of the provider. Default: `format`. */
  readonly id?: string | undefined
  /** Display name. Default: the host of the API. */
  readonly label?: string | undefined
  /** Maximum time between two parts of a response, in milliseconds. Default: two minutes. */
  readonly timeoutMs?: number | undefined
  /** Sends the HTTP requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/**
 * Creates a provider for OpenAI, Anthropic or Google in their own wire formats. The package of the
 * provider is loaded by the first call.
 *
 * @example
 * const provider = createLanguageModelProvider({ format: 'anthropic', key: 'the key' })
 * const { text } = await provider.generate({ messages: [{ role: 'user', content: 'Hello' }] })
 */
export function createLanguageModelProvider(options: LanguageModelOptions): ModelProvider {
  const { format, key, timeoutMs = 120_000, id = format } = options
  const { fetch = globalThis.fetch, clock = systemClock } = options
  const kind: LanguageModelKind = languageModelKinds[format]
  const { baseUrl, host, query } = completionsEndpoint(options.url ?? kind.url, kind.url)
  const { headers = {}, keyHeader } = kind
  const api = { baseUrl, host, query, key, keyHeader, headers, timeoutMs, fetch, clock }

  // The list is requested once for all concurrent calls, so the abort of one call does not end it.
  const firstModel = createLazy(async () => firstChatModel(await listModels(api), host))

  const openStream = createStreamOpener(kind, { ...api, key })

  async function* run(
    request: ModelRequest,
    deadline: CallDeadline,
    errors: CallErrors,
  ): AsyncGenerator<ModelStreamEvent> {
    const { context } = errors
    const stream = await openStream(request, deadline, errors)
    const parts = createResponseParts(context)
    for await (const part of stream) {
      refuseError(part, context)
      const delta = parts.add(part)
      if (delta !== undefined) yield delta
    }
    yield { type: 'response-finished', response: parts.finish() }
  }

  async function* call(
    request: ModelRequest,
    { signal }: ModelCallOptions,
  ): AsyncGenerator<ModelStreamEvent> {
    const deadline = startDeadline({ signal, timeoutMs, clock, host, isStreamed: true })
    let failure: unknown
    let context: ErrorContext = { host, key, model: '', now: clock.now() }
    try {
      const model =
        request.model ?? options.model ?? (await abortable(firstModel.get(), deadline.signal))
      context = { ...context, model }
      const onError = (error: unknown): void => {
        failure ??= error
      }
      yield* run(request, deadline, { context, onError })
    } catch (thrown) {
      const error = failure ?? thrown
      throw deadline.reason() ?? (McpError.is(error) ? error : unexpected(error, context))
    } finally {
      deadline.stop()
    }
  }

  return {
    id,
    label: options.label ?? host,
    health: createHealthCheck({ request: (signal) => listModels(api, signal), host, clock }),
    listModels: ({ signal } = {}) => listModels(api, signal),
    stream: (request, callOptions = {}) => call(request, callOptions),
    async generate(request, callOptions = {}) {
      for await (const event of call(request, callOptions)) {
        if (event.type === 'response-finished') return event.response
      }
      throw new McpError('internal', 'The call of the language model ended without a response.')
    },
  }
}

function refuseError(part: LanguageModelV4StreamPart, context: ErrorContext): void {
  if (part.type !== 'error' || isUnknownKind(part.error)) return
  throw unexpected(part.error, context)
}

function unexpected(error: unknown, context: ErrorContext): McpError {
  if (McpError.is(error)) return error
  // The message of a validation error contains the whole event.
  const name = isRecord(error) && typeof error['name'] === 'string' ? error['name'] : ''
  const isEvent = /TypeValidation|JSONParse/.test(name)
  const problem = error instanceof Error ? error.message : String(error)
  return invalidResponse(isEvent ? 'an event has an unexpected form' : problem, context)
}
