import type { Clock } from '@mcp/protocol'
import { createId, McpError } from '@mcp/protocol'

import type { ApprovalService } from '../approvals/approval-service.ts'
import type { PendingApproval } from '../approvals/pending-approval.ts'
import type { ModelChoice } from '../models/model-choice.ts'
import { estimateInput } from '../records/estimate-tokens.ts'
import type { Outcome, SessionRecords } from '../records/session-records.ts'
import type { SchemaChecker } from '../schema/schema-checker.ts'
import { asksBefore, asksAfter } from './approval-policy.ts'
import { generateAnswer } from './generate-answer.ts'
import type { GeneratedAnswer } from './generated-answer.ts'
import { toMessageResult } from './generated-answer.ts'
import type { MessageRequest, MessageResult } from './message-request.ts'
import { lastPrompt } from './message-request.ts'
import type { MessageCaller, OpenMessage } from './open-message.ts'
import { checkConversation } from './to-provider-request.ts'

/** A message that began, and its answer, or why there is none. */
export interface RunningMessage {
  readonly message: OpenMessage
  readonly result: Promise<MessageResult>
}

/** Takes messages from their requests to their answers. */
export interface MessageRunner {
  /** @throws McpError Where the request cannot be begun: nothing of it is kept then. */
  start(request: MessageRequest, place: MessagePlace, caller: MessageCaller): RunningMessage
  /** Goes on where a restart interrupted: the approval waits again. */
  resume(approval: PendingApproval, records: SessionRecords): RunningMessage
}

/** Whose message it is. */
export interface MessagePlace {
  readonly sessionId: string | undefined
  readonly records: SessionRecords
}

export interface MessageRunnerOptions {
  readonly models: ModelChoice
  readonly schemas: SchemaChecker
  readonly approvals: ApprovalService
  readonly clock: Clock
  /** The longest that models may take for one message, in milliseconds. */
  readonly generationTimeoutMs: number
  /** Tells the message's session how it ended. */
  readonly onOutcome: (message: OpenMessage, outcome: Outcome) => void
}

/** The most messages that one session and the whole server have open, and the most tokens in them. */
const mostOpenInSession = 20
const mostOpen = 1000
const mostOpenTokens = 16_000_000

export function createMessageRunner(options: MessageRunnerOptions): MessageRunner {
  const { models, schemas, approvals, clock, generationTimeoutMs, onOutcome } = options
  let openCount = 0
  let openTokens = 0

  function admit(weight: number, { open }: SessionRecords): void {
    const isFull = openCount >= mostOpen || openTokens + weight > mostOpenTokens
    if (!isFull && open.size < mostOpenInSession) return
    const message = isFull
      ? 'The sampling server has as many messages open as it can hold. Try again later.'
      : `This session has ${mostOpenInSession} messages open, which is the most. Wait for one of them.`
    throw new McpError('rate-limited', message, {
      details: { reason: 'too-many-open', retryAfterMs: 1000 },
    })
  }

  interface Begin {
    readonly messageId: string
    readonly request: MessageRequest
    readonly weight: number
    readonly place: MessagePlace
    readonly caller: MessageCaller
    /** What it waited for when it was interrupted. */
    readonly stored?: PendingApproval | undefined
  }

  function begin({ messageId, request, weight, place, caller, stored }: Begin): RunningMessage {
    const { sessionId, records } = place
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
    // Whoever waits hears of a failure; where nobody does, `get` tells it.
    result.catch(() => {})
    return { message, result }
  }

  async function finish(
    message: OpenMessage,
    records: SessionRecords,
    producing: Promise<MessageResult>,
  ): Promise<MessageResult> {
    const { messageId } = message
    const end = (outcome: Outcome, size: number): void => {
      records.open.delete(messageId)
      openCount--
      openTokens -= message.weight
      records.outcomes.add(messageId, outcome, size)
      onOutcome(message, outcome)
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
    let answer: GeneratedAnswer
    if (stored?.stage === 'response') {
      answer = stored.answer
    } else {
      if (stored === undefined && request.responseSchema !== undefined) {
        // Before anybody is asked, and before it costs anything.
        await schemas.checkSchema(request.responseSchema, signal)
      }
      if (asksBefore(request)) {
        request = (await approvals.request(message, caller, { request, stored })).request
      }
      answer = await generate(request, records, caller, signal)
    }
    if (asksAfter(request)) {
      answer = await approvals.answer(message, caller, { request, answer, stored })
    }
    records.transcript.record({
      source: 'sampling',
      prompt: lastPrompt(request.messages),
      response: answer.text,
      model: answer.model,
      usage: answer.usage,
    })
    return toMessageResult(messageId, answer)
  }

  async function generate(
    request: MessageRequest,
    records: SessionRecords,
    { onChunk }: MessageCaller,
    signal: AbortSignal,
  ): Promise<GeneratedAnswer> {
    const limit = new AbortController()
    const stopTimer = clock.after(generationTimeoutMs, () =>
      limit.abort(new McpError('timeout', `The model took longer than ${generationTimeoutMs} ms.`)),
    )
    try {
      return await generateAnswer(request, {
        models,
        schemas,
        records,
        signal: AbortSignal.any([signal, limit.signal]),
        // What a person has yet to approve must not be read before.
        onChunk: asksAfter(request) ? undefined : onChunk,
      })
    } finally {
      stopTimer()
    }
  }

  return {
    start(request, place, caller) {
      models.requireProvider()
      checkConversation(request)
      const weight = estimateInput(request)
      place.records.ledger.check(weight + request.maxTokens)
      admit(weight, place.records)
      return begin({ messageId: createId('message'), request, weight, place, caller })
    },
    resume(stored, records) {
      const { messageId, sessionId, request } = stored
      const weight = estimateInput(request)
      const place = { sessionId, records }
      return begin({ messageId, request, weight, place, caller: {}, stored })
    },
  }
}
