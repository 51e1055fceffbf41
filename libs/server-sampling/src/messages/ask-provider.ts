import { McpError } from '@mcp/protocol'

import type { ModelResponse, ModelProvider, ModelRequest, ModelUsage } from '@mcp/llm'
import { estimateTokens } from '../records/estimate-tokens.ts'
import { untilAborted } from './until-aborted.ts'

export interface AskOptions {
  readonly signal: AbortSignal
  /** Told the text as it is written. Default: it comes all at once. */
  readonly onText?: ((text: string) => void) | undefined
  /** What the request takes by estimate, for providers that do not say. */
  readonly inputTokens: number
  /** Told what the call took, once, however it ends; the model where it answered. */
  readonly onSpent: (usage: ModelUsage, model?: string) => void
}

/** The longest answer that is kept, in characters. */
const longestAnswer = 1_000_000

/** The most tokens that a call is believed to have taken, so that sums of them stay exact. */
const mostTokens = 1_000_000_000

/**
 * One call of a provider. It ends with the signal, also where the provider does not heed that.
 *
 * @throws McpError What the provider threw, or `upstream-error` where that is none.
 */
export async function askProvider(
  provider: ModelProvider,
  request: ModelRequest,
  { signal, onText, inputTokens, onSpent }: AskOptions,
): Promise<ModelResponse> {
  let written = ''
  let isAsked = false
  const write = (text: string): void => {
    written += text
    if (written.length > longestAnswer) throw tooLong(provider)
    onText?.(text)
  }
  const spend = (answer: ModelResponse): ModelResponse => {
    const usage = usageOf(answer, inputTokens)
    onSpent(usage, answer.model)
    return { ...answer, usage }
  }
  try {
    signal.throwIfAborted()
    const asking =
      onText === undefined
        ? provider.generate(request, { signal })
        : readStream(provider, request, signal, write)
    isAsked = true
    const answer = await untilAborted(asking, signal)
    if (answer.text.length > longestAnswer) throw tooLong(provider)
    return spend(answer)
  } catch (thrown) {
    // Providers charge the input once they write, and for what is broken off they may be writing.
    const isCharged = written !== '' || (isAsked && signal.aborted)
    onSpent({
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
    write(event.text)
  }
  throw new McpError('upstream-error', `The answer of ${provider.label} broke off.`, {
    details: { reason: 'stream-broken' },
    retryable: true,
  })
}

function usageOf({ usage, text, toolCalls }: ModelResponse, inputTokens: number): ModelUsage {
  const calls = toolCalls.length === 0 ? '' : JSON.stringify(toolCalls)
  return {
    inputTokens: tokensOf(usage.inputTokens) || inputTokens,
    outputTokens: tokensOf(usage.outputTokens) || estimateTokens(text + calls),
  }
}

const tokensOf = (value: number): number =>
  Number.isFinite(value) ? Math.min(mostTokens, Math.max(0, Math.round(value))) : 0

function providerError({ label }: ModelProvider, thrown: unknown): McpError {
  // What is not ours may hold anything, a key among it, so its text stays here.
  return McpError.is(thrown)
    ? thrown
    : new McpError('upstream-error', `The language model's provider ${label} failed.`, {
        details: { reason: 'provider-failed' },
        retryable: true,
        cause: thrown,
      })
}

function tooLong({ label }: ModelProvider): McpError {
  const message = `The answer of ${label} is longer than ${longestAnswer} characters.`
  return new McpError('upstream-error', message, { details: { reason: 'answer-too-long' } })
}
