import type { SessionCore } from '@mcp/client'
import { chooseDirectProvider } from '@mcp/direct-forms'
import type { CatalogueOperation, ModelProvider } from '@mcp/llm'
import { runAgent } from '@mcp/llm'
import type { AgentEvent, ResponseEnvelope } from '@mcp/protocol'
import { createId, createResponse, McpError } from '@mcp/protocol'

import { errorOf, sendRequest } from '../sessions/send-request.ts'

export interface PromptOptions {
  readonly prompt: string
  /** Name of the model. Default: the default model of the provider. */
  readonly model?: string | undefined
  readonly provider: ModelProvider
  readonly catalogue: readonly CatalogueOperation[]
  readonly session: SessionCore
  readonly signal: AbortSignal
  /** Receives the events of the agent while the prompt runs. */
  readonly onEvent?: ((event: AgentEvent, requestId: string) => void) | undefined
}

/**
 * Runs a prompt with the operations of the catalogue: a direct form as it was typed, or else the prompt by
 * the provider. Then records the prompt and the response with an
 * `llm-response` request. If that request fails, `metadata.exchange` of the result is `not-recorded`.
 *
 * @throws McpError `session-not-found` if the session expires in the meantime.
 */
export async function runPrompt(options: PromptOptions): Promise<ResponseEnvelope> {
  const { prompt, model, provider, catalogue, session, signal, onEvent } = options
  const id = createId('req')
  const run = await runAgent({
    ...chooseDirectProvider(prompt, { provider, catalogue }),
    prompt,
    model,
    signal,
    call: ({ type, payload }, call) => sendRequest(session, type, payload, call.signal),
    onEvent: onEvent && ((event) => onEvent(event, id)),
  }).catch((thrown: unknown) => {
    throw errorOf(thrown, signal)
  })
  const { response, steps, usage, stopReason, refused, error, offline } = run
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
  // The events of a stream have reported the steps.
  const reported = onEvent === undefined ? { steps } : {}
  const failed = error === undefined ? {} : { error }
  const ending = { usage, stopReason, refused, ...failed }
  const result = { prompt, response, ...origin, ...reported, ...ending }
  return createResponse(id, 'success', { result }, { source: 'mcp-client', metadata: exchange })
}
