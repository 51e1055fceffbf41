import { McpError } from '@mcp/protocol'

import type {
  SamplingAnswer,
  SamplingProvider,
  SamplingRequest,
  SamplingUsage,
} from '../sampling-provider.ts'
import { estimateTokens } from '../records/estimate-tokens.ts'

export interface AskOptions {
  readonly signal: AbortSignal
  /** Told the text as it is written. Default: it comes all at once. */
  readonly onText?: ((text: string) => void) | undefined
  /** What the request takes by estimate, for providers that do not say. */
  readonly inputTokens: number
  /** Told what the call took, once, however it ends; the model where it answered. */
  readonly onSpent: (usage: SamplingUsage, model?: string) => void
}

/** The longest answer that is kept, in characters. */
const longestAnswer = 1_000_000

/**
 * One call of a provider.
 *
 * @throws McpError What the provider threw, or `upstream-error` where that is none.
 */
export async function askProvider(
  provider: SamplingProvider,
  request: SamplingRequest,
  { signal, onText, inputTokens, onSpent }: AskOptions,
): Promise<SamplingAnswer> {
  let written = ''
  const write = (text: string): void => {
    written += text
    if (written.length > longestAnswer) throw tooLong(provider)
    onText?.(text)
  }
  const spend = (answer: SamplingAnswer): SamplingAnswer => {
    const usage = usageOf(answer, inputTokens)
    onSpent(usage, answer.model)
    return { ...answer, usage }
  }
  try {
    const answer =
      onText === undefined
        ? await provider.generate(request, { signal })
        : await readStream(provider, request, signal, write)
    signal.throwIfAborted()
    if (answer.text.length > longestAnswer) throw tooLong(provider)
    return spend(answer)
  } catch (thrown) {
    // Before the first word nothing is known to have been charged; after it, the input was.
    const isCharged = written !== ''
    onSpent({
      inputTokens: isCharged ? inputTokens : 0,
      outputTokens: estimateTokens(written),
    })
    throw signal.aborted ? McpError.from(signal.reason) : providerError(provider, thrown)
  }
}

async function readStream(
  provider: SamplingProvider,
  request: SamplingRequest,
  signal: AbortSignal,
  write: (text: string) => void,
): Promise<SamplingAnswer> {
  for await (const event of provider.stream(request, { signal })) {
    if (event.type === 'answer-finished') return event.answer
    write(event.text)
  }
  throw new McpError('upstream-error', `The answer of ${provider.label} broke off.`, {
    details: { reason: 'stream-broken' },
    retryable: true,
  })
}

function usageOf({ usage, text, toolCalls }: SamplingAnswer, inputTokens: number): SamplingUsage {
  const calls = toolCalls.length === 0 ? '' : JSON.stringify(toolCalls)
  return {
    inputTokens: tokensOf(usage.inputTokens) || inputTokens,
    outputTokens: tokensOf(usage.outputTokens) || estimateTokens(text + calls),
  }
}

const tokensOf = (value: number): number =>
  Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0

function providerError({ label }: SamplingProvider, thrown: unknown): McpError {
  // What is not ours may hold anything, a key among it, so its text stays here.
  return McpError.is(thrown)
    ? thrown
    : new McpError('upstream-error', `The language model's provider ${label} failed.`, {
        details: { reason: 'provider-failed' },
        retryable: true,
        cause: thrown,
      })
}

function tooLong({ label }: SamplingProvider): McpError {
  const message = `The answer of ${label} is longer than ${longestAnswer} characters.`
  return new McpError('upstream-error', message, { details: { reason: 'answer-too-long' } })
}
