import type { Clock } from '@mcp/protocol'
import { createId, McpError } from '@mcp/protocol'

import type { ApprovalService } from '../approvals/approval-service.ts'
import type { PendingApproval } from '../approvals/pending-approval.ts'
import type { ModelSelector } from '../models/model-selector.ts'
import { estimateInput } from '../records/estimate-tokens.ts'
import type { FinishedMessage, SessionRecords } from '../records/session-records.ts'
import type { SchemaChecker } from '../schema/schema-checker.ts'
import { approvesRequest, approvesResponse } from './approval-policy.ts'
import { generateResponse } from './generate-response.ts'
import type { GeneratedResponse } from './generated-response.ts'
import { toMessageResult } from './generated-response.ts'
import type { MessageRequest, MessageResult } from './message-request.ts'
import { lastPrompt } from './message-request.ts'
import type { MessageCaller, OpenMessage } from './open-message.ts'
import { checkConversation } from './to-provider-request.ts'

/** A started message and its result. */
export interface RunningMessage {
  readonly message: OpenMessage
  readonly result: Promise<MessageResult>
}

/** Runs messages from their request to their result. */
export interface MessageRunner {
  /** @throws McpError If the request is refused. Nothing of it is recorded then. */
  start(request: MessageRequest, owner: MessageOwner, caller: MessageCaller): RunningMessage
  /** Resumes a message that a restart interrupted: its approval is pending again. */
  resume(approval: PendingApproval, records: SessionRecords): RunningMessage
}

/** The session of a message and its records. */
export interface MessageOwner {
  readonly sessionId: string | undefined
  readonly records: SessionRecords
}

export interface MessageRunnerOptions {
  readonly models: ModelSelector
  readonly schemas: SchemaChecker
  readonly approvals: ApprovalService
  readonly clock: Clock
  /** Maximum time that models may take for one message, in milliseconds. */
  readonly generationTimeoutMs: number
  /** Receives each message that completed or failed. */
  readonly onFinished: (message: OpenMessage, outcome: FinishedMessage) => void
}

/** Maximum number of open messages per session and per server, and of tokens in them. */
const maxOpenPerSession = 20
const maxOpen = 1000
const maxOpenTokens = 16_000_000

export function createMessageRunner(options: MessageRunnerOptions): MessageRunner {
  const { models, schemas, approvals, clock, generationTimeoutMs, onFinished } = options
  let openCount = 0
  let openTokens = 0

  function admit(weight: number, { open }: SessionRecords): void {
    const isFull = openCount >= maxOpen || openTokens + weight > maxOpenTokens
    if (!isFull && open.size < maxOpenPerSession) return
    const message = isFull
      ? 'Too many open messages on this server. Retry later.'
      : `Too many open messages in this session (maximum ${maxOpenPerSession}). Wait for one to finish.`
    throw new McpError('rate-limited', message, {
      details: { reason: 'too-many-open', retryAfterMs: 1000 },
    })
  }

  interface StartOptions {
    readonly messageId: string
    readonly request: MessageRequest
    readonly weight: number
    readonly owner: MessageOwner
    readonly caller: MessageCaller
    /** The approval that was pending when it was interrupted. */
    readonly stored?: PendingApproval | undefined
  }

  function startMessage({
    messageId,
    request,
    weight,
    owner,
    caller,
    stored,
  }: StartOptions): RunningMessage {
    const { sessionId, records } = owner
    const controller = new AbortController()
    const message: OpenMessage = {
      messageId,
      sessionId,
      request,
      weight,
      signal: controller.signal,
      pending: undefined,
      cancel: (reason) => controller.abort(reason),
    }
    records.open.set(messageId, message)
    openCount++
    openTokens += weight
    const result = finish(message, records, produce(message, records, caller, stored))
    // A waiting caller receives the error from `result`; `get` returns it later.
    result.catch(() => {})
    return { message, result }
  }

  async function finish(
    message: OpenMessage,
    records: SessionRecords,
    producing: Promise<MessageResult>,
  ): Promise<MessageResult> {
    const { messageId } = message
    const end = (finished: FinishedMessage, size: number): void => {
      records.open.delete(messageId)
      openCount--
      openTokens -= message.weight
      records.finished.add(messageId, finished, size)
      onFinished(message, finished)
    }
    try {
      const result = await producing
      end({ status: 'completed', messageId, message: result }, JSON.stringify(result).length)
      return result
    } catch (thrown) {
      const error = McpError.from(thrown)
      end({ status: 'failed', messageId, error: error.toBody() }, error.message.length)
      throw error
    }
  }

  async function produce(
    message: OpenMessage,
    records: SessionRecords,
    caller: MessageCaller,
    stored: PendingApproval | undefined,
  ): Promise<MessageResult> {
    const { messageId, signal } = message
    let { request } = message
    let response: GeneratedResponse
    if (stored?.stage === 'response') {
      response = stored.response
    } else {
      if (stored === undefined && request.responseSchema !== undefined) {
        // Checked before the user is asked for approval and before it costs tokens.
        await schemas.checkSchema(request.responseSchema, signal)
      }
      if (approvesRequest(request)) {
        request = (await approvals.waitForRequest(message, caller, { request, stored })).request
      }
      response = await generate(request, records, caller, signal)
    }
    if (approvesResponse(request)) {
      response = await approvals.waitForResponse(message, caller, { request, response, stored })
    }
    records.transcript.record({
      source: 'sampling',
      prompt: lastPrompt(request.messages),
      response: response.text,
      model: response.model,
      usage: response.usage,
    })
    return toMessageResult(messageId, response)
  }

  async function generate(
    request: MessageRequest,
    records: SessionRecords,
    { onChunk }: MessageCaller,
    signal: AbortSignal,
  ): Promise<GeneratedResponse> {
    const limit = new AbortController()
    const stopTimer = clock.after(generationTimeoutMs, () =>
      limit.abort(new McpError('timeout', `Generation timed out after ${generationTimeoutMs} ms.`)),
    )
    try {
      return await generateResponse(request, {
        models,
        schemas,
        records,
        signal: AbortSignal.any([signal, limit.signal]),
        // A response that requires approval must not be streamed before it.
        onChunk: approvesResponse(request) ? undefined : onChunk,
      })
    } finally {
      stopTimer()
    }
  }

  return {
    start(request, owner, caller) {
      models.requireProvider()
      checkConversation(request)
      const weight = estimateInput(request)
      owner.records.budget.check(weight + request.maxTokens)
      admit(weight, owner.records)
      return startMessage({ messageId: createId('message'), request, weight, owner, caller })
    },
    resume(stored, records) {
      const { messageId, sessionId, request } = stored
      const weight = estimateInput(request)
      const owner = { sessionId, records }
      return startMessage({ messageId, request, weight, owner, caller: {}, stored })
    },
  }
}
