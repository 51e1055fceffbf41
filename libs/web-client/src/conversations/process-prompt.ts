import type { SessionCore } from '@mcp/client'
import type { Conversations } from '@mcp/conversations'
import { chooseDirectProvider } from '@mcp/direct-forms'
import type { CatalogueOperation, ModelProvider } from '@mcp/llm'
import type { ResponseEnvelope } from '@mcp/protocol'
import type { AgentEvent } from '@mcp/protocol/agent'
import { createId, createResponse, McpError, systemClock } from '@mcp/protocol'

import type { ReportModelCall } from '../activity/model-call-reporter.ts'
import { errorOf, sendRequest } from '../sessions/send-request.ts'
import { createInstructions } from './instructions.ts'
import { toRunSession } from './run-session.ts'

export interface ProcessOptions {
  readonly conversations: Conversations
  readonly owner: string
  /** Default: a new conversation. */
  readonly conversationId?: string | undefined
  readonly prompt: string
  /** Name of the model. Default: the default model of the provider. */
  readonly model?: string | undefined
  /** Operations that require no approval, such as `internet.fetch` and `roots.*`. */
  readonly allow?: readonly string[] | undefined
  readonly provider: ModelProvider
  readonly catalogue: readonly CatalogueOperation[]
  /** Returns the current catalogue. */
  readonly readCatalogue: (signal: AbortSignal) => Promise<readonly CatalogueOperation[]>
  readonly session: SessionCore
  readonly report: ReportModelCall
  /** Aborting the signal stops the run. */
  readonly signal: AbortSignal
  /** Receives the events of the run. */
  readonly onEvent?: ((event: AgentEvent, requestId: string) => void) | undefined
}

/**
 * Runs a prompt as one run and waits for its end. A direct form runs as it was typed; any other prompt is
 * sent to the provider. Then records the prompt and the response with an `llm-response` request. If that
 * request fails, `metadata.exchange` of the result is `not-recorded`.
 *
 * @throws McpError `session-not-found` if the session expires in the meantime.
 */
export async function processPrompt(options: ProcessOptions): Promise<ResponseEnvelope> {
  const { conversations, owner, prompt, model, allow, provider, catalogue, signal } = options
  const id = createId('req')
  const session = toRunSession(() => options.session, options.report)
  const conversationId =
    options.conversationId ?? (await conversations.create(owner, {})).conversation.id
  const started = await conversations.start(
    owner,
    conversationId,
    { prompt },
    async () => ({
      ...chooseDirectProvider(prompt, { provider, catalogue }),
      session,
      readCatalogue: options.readCatalogue,
      system: await createInstructions(session, catalogue, { now: systemClock.now(), signal }),
    }),
    { model, allow, isInteractive: false },
  )
  const { runId } = started.info
  const stop = (): void => void conversations.stop(owner, runId).catch(() => {})
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const relayed = options.onEvent && relayEvents(options, runId, id)
  const ended = await started.done
  await relayed
  signal.removeEventListener('abort', stop)
  if ('error' in ended) throw errorOf(ended.error, signal)
  const { response, usage, stopReason, offline, error, ...run } = ended.result
  const origin = { provider: run.provider, model: run.model, offline }
  const exchange = { prompt, response, model: run.model, usage }
  const recorded = await sendRequest(options.session, 'llm-response', exchange, { signal, id })
  if (recorded.status === 'error' && recorded.error.code === 'session-not-found') {
    throw McpError.fromBody(recorded.error)
  }
  const metadata =
    recorded.status === 'success'
      ? { exchange: 'recorded' }
      : { exchange: 'not-recorded', reason: recorded.error.code, because: recorded.error.message }
  // The events of a stream have reported the steps.
  const steps = options.onEvent === undefined ? { steps: run.steps } : {}
  const refused = run.refused.map(({ server, operation }) => ({
    server,
    operation,
    allow: `${server}.${operation}`,
  }))
  const failed = error === undefined ? {} : { error }
  const ending = { usage, stopReason, refused, conversationId, runId, ...failed }
  const result = { prompt, response, ...origin, ...steps, ...ending }
  return createResponse(id, 'success', { result }, { source: 'mcp-client', metadata })
}

async function relayEvents(
  { conversations, owner, onEvent = () => {}, signal }: ProcessOptions,
  runId: string,
  requestId: string,
): Promise<void> {
  const events = await conversations.events(owner, runId, { signal })
  for await (const { event } of events) onEvent(event, requestId)
}
