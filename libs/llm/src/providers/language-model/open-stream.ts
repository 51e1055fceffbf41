import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { McpError } from '@mcp/protocol'

import type { ModelRequest } from '../model-provider.ts'
import type { CallDeadline } from '../openai-compatible/call-deadline.ts'
import type { CompletionsApi } from '../openai-compatible/completions-api.ts'
import type { ErrorContext } from '../openai-compatible/provider-error.ts'
import { toCallOptions } from './call-options.ts'
import { createGuardedFetch } from './guarded-fetch.ts'
import type { LanguageModelKind } from './language-model-kinds.ts'

export interface CallErrors {
  readonly context: ErrorContext
  /** Receives an error of the stream. */
  readonly onError: (error: unknown) => void
}

/** Sends a request and returns the stream of its response. */
export type OpenStream = (
  request: ModelRequest,
  deadline: CallDeadline,
  errors: CallErrors,
) => Promise<ReadableStream<LanguageModelV4StreamPart>>

/**
 * Creates the function that sends the requests of a provider. The function requests the reasoning as text,
 * unless the provider has refused that for the model before.
 */
export function createStreamOpener(
  kind: LanguageModelKind,
  api: CompletionsApi & { readonly key: string },
): OpenStream {
  // Models that have no reasoning, or do not show it to this account.
  const hiding = new Set<string>()

  return async function openStream(request, deadline, { context, onError }) {
    let failure: unknown
    let report = (error: unknown): void => {
      failure ??= error
    }
    const guarded = createGuardedFetch({
      api,
      deadline,
      context,
      onError: (error) => report(error),
    })
    const settings = {
      baseURL: api.baseUrl,
      apiKey: api.key,
      headers: { ...api.headers },
      fetch: guarded,
    }
    const model = await kind.load(settings, context.model)
    const isShown = !hiding.has(context.model)
    try {
      const { stream } = await model.doStream({
        ...toCallOptions(request, context.model, isShown),
        abortSignal: deadline.signal,
      })
      // The stream may have failed already.
      if (failure !== undefined) onError(failure)
      report = onError
      return stream
    } catch (thrown) {
      const error = failure ?? thrown
      if (!isShown || !isReasoningRefusal(error)) throw error
      hiding.add(context.model)
      return openStream(request, deadline, { context, onError })
    }
  }
}

/** Whether a provider refused to show the reasoning, such as OpenAI to accounts without verification. */
function isReasoningRefusal(error: unknown): boolean {
  return (
    McpError.is(error) &&
    error.details?.['reason'] === 'provider-refused' &&
    /reasoning|summar|thinking|thought/i.test(error.message)
  )
}
