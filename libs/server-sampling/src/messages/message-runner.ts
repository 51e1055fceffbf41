import { createId, McpError } from '@mcp/protocol'

import type { PendingApproval } from '../approvals/pending-approval.ts'
import { estimateInput } from '../records/estimate-tokens.ts'
import type { FinishedMessage, SessionRecords } from '../records/session-records.ts'
import type { MessageRequest, MessageResult } from './message-request.ts'
import type { MessageCaller, OpenMessage } from './open-message.ts'
import type { ProduceOptions } from './produce-message.ts'
import { produceMessage } from './produce-message.ts'
import { checkConversation } from './to-provider-request.ts'

/** A started message and its result. */
export interface RunningMessage {
  readonly message: OpenMessage
  readonly result: Promise<MessageResult>
}

/** Runs messages from their request to their result. */
export interface MessageRunner {
  /** Starts a message. Throws if the request is refused. A refused request is not recorded. */
  start(request: MessageRequest, owner: MessageOwner, caller: MessageCaller): RunningMessage
  /** Resumes a message that a restart of the server interrupted. Its approval is pending again. */
  resume(approval: PendingApproval, records: SessionRecords): RunningMessage
}

/** The session that owns a message, with the records of the session. */
export interface MessageOwner {
  readonly sessionId: string | undefined
  readonly callerKey: string
  readonly records: SessionRecords
}

export interface MessageRunnerOptions extends ProduceOptions {
  /** Receives each message that completed or failed. */
  readonly onFinished: (message: OpenMessage, finished: FinishedMessage) => void
}

/** Maximum number of open messages in one session. */
const maxOpenPerSession = 20
/** Maximum number of open messages of the server. */
const maxOpen = 1000
/** Maximum number of input tokens in all open messages. */
const maxOpenTokens = 16_000_000
/** Share of `maxOpen` and `maxOpenTokens` that one caller may use in all of its sessions together. */
const callerShare = 1 / 4

/** Number of open messages, and the sum of the estimated input tokens of their requests. */
interface Usage {
  count: number
  tokens: number
}

function exceeds({ count, tokens }: Usage, weight: number, share: number): boolean {
  return count >= maxOpen * share || tokens + weight > maxOpenTokens * share
}

// This is a single function, because all parts share the counts of open messages.
// oxlint-disable-next-line max-lines-per-function
export function createMessageRunner(options: MessageRunnerOptions): MessageRunner {
  const { models, onFinished } = options
  const total: Usage = { count: 0, tokens: 0 }
  const usageByCaller = new Map<string, Usage>()

  function admit(weight: number, { records, callerKey }: MessageOwner): void {
    const own = usageByCaller.get(callerKey) ?? { count: 0, tokens: 0 }
    const problem =
      records.open.size >= maxOpenPerSession
        ? `in this session (maximum ${maxOpenPerSession}). Wait for one to finish.`
        : exceeds(own, weight, callerShare)
          ? 'of this caller. Wait for one to finish.'
          : exceeds(total, weight, 1)
            ? 'on this server. Retry later.'
            : undefined
    if (problem === undefined) return
    const message = `Too many open messages ${problem}`
    throw new McpError('rate-limited', message, {
      details: { reason: 'too-many-open', retryAfterMs: 1000 },
    })
  }

  function count({ callerKey, weight }: OpenMessage, change: 1 | -1): void {
    const own = usageByCaller.get(callerKey) ?? { count: 0, tokens: 0 }
    for (const usage of [own, total]) {
      usage.count += change
      usage.tokens += change * weight
    }
    if (own.count > 0) usageByCaller.set(callerKey, own)
    else usageByCaller.delete(callerKey)
  }

  interface StartOptions {
    readonly messageId: string
    readonly request: MessageRequest
    readonly weight: number
    readonly owner: MessageOwner
    readonly caller: MessageCaller
    /** The approval that was pending when a restart interrupted the message. */
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
    const { sessionId, callerKey, records } = owner
    const controller = new AbortController()
    const message: OpenMessage = {
      messageId,
      sessionId,
      callerKey,
      request,
      weight,
      signal: controller.signal,
      pending: undefined,
      cancel: (reason) => controller.abort(reason),
    }
    records.open.set(messageId, message)
    count(message, 1)
    const producing = produceMessage({ message, records, caller, stored }, options)
    const result = finish(message, records, producing)
    // Prevents an unhandled rejection. The error is not lost: a caller that waits receives it from
    // `result`, and other callers receive it from the operation `get`.
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
      count(message, -1)
      records.finished.add(messageId, finished, size)
      onFinished(message, finished)
    }
    let result
    try {
      result = await producing
    } catch (thrown) {
      const error = McpError.from(thrown)
      end({ status: 'failed', messageId, error: error.toBody() }, error.message.length)
      throw error
    }
    // `end` is called outside the `try`. Otherwise an error of `onFinished` would end the message a
    // second time.
    end({ status: 'completed', messageId, message: result }, JSON.stringify(result).length)
    return result
  }

  return {
    start(request, owner, caller) {
      models.requireProvider()
      checkConversation(request)
      const weight = estimateInput(request)
      owner.records.budget.check(weight + request.maxTokens)
      admit(weight, owner)
      return startMessage({ messageId: createId('message'), request, weight, owner, caller })
    },
    resume(stored, records) {
      const { messageId, sessionId, request } = stored
      const weight = estimateInput(request)
      const owner = { sessionId, callerKey: sessionId ?? messageId, records }
      return startMessage({ messageId, request, weight, owner, caller: {}, stored })
    },
  }
}
