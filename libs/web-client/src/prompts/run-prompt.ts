import type { SessionCore } from '@mcp/client'
import type { AgentEvent, CatalogueOperation, ModelProvider } from '@mcp/llm'
import { runAgent } from '@mcp/llm'
import type { ResponseEnvelope } from '@mcp/protocol'
import { createId, createResponse, McpError } from '@mcp/protocol'

import { errorOf, sendRequest } from '../sessions/send-request.ts'

export interface PromptOptions {
  readonly prompt: string
  /** Default: the provider's own. */
  readonly model?: string | undefined
  readonly provider: ModelProvider
  readonly catalogue: readonly CatalogueOperation[]
  readonly session: SessionCore
  readonly signal: AbortSignal
  /** Receives every step as it happens. */
  readonly onEvent?: ((event: AgentEvent, requestId: string) => void) | undefined
}

/**
 * Runs a prompt with the operations of the session, then records the exchange by an `llm-response`
 * request. If recording fails, the response is returned all the same and reports it.
 */
export async function runPrompt(options: PromptOptions): Promise<ResponseEnvelope> {
  const { prompt, model, provider, catalogue, session, signal, onEvent } = options
  const id = createId('req')
  const run = await runAgent({
    provider,
    prompt,
    model,
    catalogue,
    signal,
    call: ({ type, payload }, call) => sendRequest(session, type, payload, call.signal),
    onEvent: onEvent && ((event) => onEvent(event, id)),
  }).catch((thrown: unknown) => {
    throw errorOf(thrown, signal)
  })
  const { response, steps, usage, stopReason, offline } = run
  const origin = { provider: run.provider, model: run.model, offline }
  const recorded = await sendRequest(
    session,
    'llm-response',
    { prompt, response, model: run.model, usage },
    signal,
    id,
  )
  const exchange =
    recorded.status === 'success'
      ? { exchange: 'recorded' }
      : { exchange: 'not-recorded', reason: recorded.error.code, because: recorded.error.message }
  if (recorded.status === 'error' && recorded.error.code === 'session-not-found') {
    throw McpError.fromBody(recorded.error)
  }
  const result = { prompt, response, ...origin, steps, usage, stopReason }
  return createResponse(id, 'success', { result }, { source: 'mcp-client', metadata: exchange })
}
