import { backoffMs, delay } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type {
  ModelDelta,
  ModelProvider,
  ModelRequest,
  ModelResponse,
} from '../providers/model-provider.ts'
import { cancellable } from './cancellable.ts'
import type { AgentEvents } from './event-gate.ts'

/** Maximum number of attempts of one step. */
const maxAttempts = 3
/** Maximum time between the first and the last attempt, in milliseconds. */
const maxWaitMs = 60_000
const backoff = { baseMs: 1000, maxMs: 10_000 }

/** The complete response, or the text that was received before the provider failed or the run was cancelled. */
export type ProviderResult =
  | { readonly response: ModelResponse }
  | { readonly cutText: string; readonly error: McpError }

export interface ProviderCallOptions {
  readonly step: number
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly events: AgentEvents
  /** Returns the id of a call in the events of the run. */
  readonly callIdOf: (id: string) => string
}

/**
 * Requests a response. If the provider fails with a retryable error before the first piece of output, the
 * request is sent again, at most twice and within a minute.
 *
 * @throws McpError `cancelled`, or the error of the provider, if no text was received.
 */
export async function callProvider(
  provider: ModelProvider,
  request: ModelRequest,
  options: ProviderCallOptions,
): Promise<ProviderResult> {
  const { step, signal, clock, events } = options
  const lastStart = clock.now() + maxWaitMs
  for (let attempt = 1; ; attempt++) {
    const output = { text: '', hasStarted: false }
    try {
      return { response: await readResponse(provider, request, output, options) }
    } catch (thrown) {
      const error = providerError(thrown, provider, signal)
      if (output.text.trim() !== '') return { cutText: output.text, error }
      if (output.hasStarted || signal.aborted || !error.retryable) throw error
      const delayMs = retryDelayMs(error, attempt)
      if (attempt === maxAttempts || clock.now() + delayMs > lastStart) throw error
      events.emit({ type: 'retry-scheduled', step, attempt, delayMs, error: error.toBody() })
      await cancellable(signal, () => delay(delayMs, clock, signal))
    }
  }
}

async function readResponse(
  provider: ModelProvider,
  request: ModelRequest,
  output: { text: string; hasStarted: boolean },
  options: ProviderCallOptions,
): Promise<ModelResponse> {
  const { signal } = options
  async function read(): Promise<ModelResponse> {
    for await (const event of provider.stream(request, { signal })) {
      if (event.type === 'response-finished') return event.response
      if (signal.aborted) continue
      output.hasStarted = true
      emitDelta(event, output, options)
    }
    const message = 'The stream of the language model ended without a response.'
    throw new McpError('upstream-error', message, { retryable: true })
  }
  return cancellable(signal, read)
}

function emitDelta(
  delta: ModelDelta,
  output: { text: string },
  { step, events, callIdOf }: ProviderCallOptions,
): void {
  if (delta.type === 'arguments-delta') {
    const { id, name: tool, text } = delta
    events.emit({ type: 'arguments-delta', step, callId: callIdOf(id), tool, text })
    return
  }
  if (delta.type === 'text-delta') output.text += delta.text
  events.emit({ type: delta.type, step, text: delta.text })
}

function retryDelayMs(error: McpError, attempt: number): number {
  const stated = error.details?.['retryAfterMs']
  return typeof stated === 'number' && stated >= 0 ? stated : backoffMs(attempt - 1, backoff)
}

function providerError(thrown: unknown, { label }: ModelProvider, signal: AbortSignal): McpError {
  if (signal.aborted) return new McpError('cancelled', 'Agent run cancelled.')
  if (McpError.is(thrown)) return thrown
  const message = `Language model provider "${label}" failed.`
  return new McpError('upstream-error', message, { cause: thrown, retryable: false })
}
