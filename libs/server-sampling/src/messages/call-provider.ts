import { abortable } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'

import type { ModelResponse, ModelProvider, ModelRequest, ModelUsage } from '@mcp/llm'
import { traceProvider } from '@mcp/llm/tracing'
import { estimateTokens } from '../records/estimate-tokens.ts'

export interface ProviderCallOptions {
  readonly signal: AbortSignal
  /** Receives the text in pieces. Default: the response is not streamed. */
  readonly onText?: ((text: string) => void) | undefined
  /** Estimated input tokens, for providers that do not report them. */
  readonly inputTokens: number
  /** Receives the usage exactly once, even if the call fails. `model` is set only after a response. */
  readonly onUsage: (usage: ModelUsage, model?: string) => void
}

/** Maximum length of a response, in characters. */
const maxResponseChars = 1_000_000

/** Limit for each token count that a provider reports. Larger counts are reduced, so that sums stay exact. */
const maxReportedTokens = 1_000_000_000

/**
 * Calls a provider once. The call ends when the signal is aborted, even if the provider ignores the
 * signal.
 *
 * @throws McpError the McpError that the provider throws, or `upstream-error` if the provider throws
 * any other error.
 */
export async function callProvider(
  untraced: ModelProvider,
  request: ModelRequest,
  { signal, onText, inputTokens, onUsage }: ProviderCallOptions,
): Promise<ModelResponse> {
  const provider = traceProvider(untraced)
  let written = ''
  let isCalled = false
  const write = (text: string): void => {
    written += text
    if (written.length > maxResponseChars) throw tooLong(provider)
    onText?.(text)
  }
  const reportUsage = (response: ModelResponse): ModelResponse => {
    const usage = usageOf(response, inputTokens)
    onUsage(usage, response.model)
    return { ...response, usage }
  }
  try {
    signal.throwIfAborted()
    const responding =
      onText === undefined
        ? provider.generate(request, { signal })
        : readStream(provider, request, signal, write)
    isCalled = true
    const response = await abortable(responding, signal)
    if (response.text.length > maxResponseChars) throw tooLong(provider)
    return reportUsage(response)
  } catch (thrown) {
    // A provider charges the input as soon as it starts to generate. An aborted call may have
    // reached that point.
    const isCharged = written !== '' || (isCalled && signal.aborted)
    onUsage({
      inputTokens: isCharged ? inputTokens : 0,
      outputTokens: estimateTokens(written),
    })
    throw signal.aborted ? McpError.from(signal.reason) : providerError(provider, thrown)
  }
}

async function readStream(
  provider: ModelProvider,
  request: ModelRequest,
  signal: AbortSignal,
  write: (text: string) => void,
): Promise<ModelResponse> {
  for await (const event of provider.stream(request, { signal })) {
    signal.throwIfAborted()
    if (event.type === 'response-finished') return event.response
    if (event.type === 'text-delta') write(event.text)
  }
  throw new McpError('upstream-error', `Response of ${provider.label} interrupted.`, {
    details: { reason: 'stream-broken' },
    retryable: true,
  })
}

function usageOf({ usage, text, toolCalls }: ModelResponse, inputTokens: number): ModelUsage {
  const calls = toolCalls.length === 0 ? '' : JSON.stringify(toolCalls)
  return {
    ...usage,
    inputTokens: tokensOf(usage.inputTokens) || inputTokens,
    outputTokens: tokensOf(usage.outputTokens) || estimateTokens(text + calls),
  }
}

const tokensOf = (value: number): number =>
  Number.isFinite(value) ? Math.min(maxReportedTokens, Math.max(0, Math.round(value))) : 0

function providerError({ label }: ModelProvider, thrown: unknown): McpError {
  // The message of an unknown error may contain an API key, so it does not reach the caller.
  return McpError.is(thrown)
    ? thrown
    : new McpError('upstream-error', `Language model provider ${label} failed.`, {
        details: { reason: 'provider-failed' },
        retryable: true,
        cause: thrown,
      })
}

function tooLong({ label }: ModelProvider): McpError {
  const message = `Response of ${label} exceeds ${maxResponseChars} characters.`
  return new McpError('upstream-error', message, { details: { reason: 'answer-too-long' } })
}
