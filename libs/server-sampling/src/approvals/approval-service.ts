import type { Clock, HandlerContext, InteractionResponse } from '@mcp/protocol'
import { createId, McpError, summarizeIssues, issuesOf } from '@mcp/protocol'
import { approvalEdits } from '@mcp/contracts/sampling'

import type { GeneratedAnswer } from '../messages/generated-answer.ts'
import type { MessageRequest } from '../messages/message-request.ts'
import type { MessageCaller, OpenMessage } from '../messages/open-message.ts'
import type { SchemaChecker } from '../schema/schema-checker.ts'
import { applyEdits } from './apply-edits.ts'
import type { ApprovalQueue, MayDecide } from './approval-queue.ts'
import type { ApprovalEdits, PendingApproval } from './pending-approval.ts'
import { questionOf } from './pending-approval.ts'

/** Where messages wait for a person, who answers on the session's stream or by an operation. */
export interface ApprovalService {
  /** The request, as it was approved. */
  request(
    message: OpenMessage,
    caller: MessageCaller,
    asked: { readonly request: MessageRequest; readonly stored: PendingApproval | undefined },
  ): Promise<PendingApproval>
  /** The answer, as it was approved. */
  answer(
    message: OpenMessage,
    caller: MessageCaller,
    asked: {
      readonly request: MessageRequest
      readonly answer: GeneratedAnswer
      readonly stored: PendingApproval | undefined
    },
  ): Promise<GeneratedAnswer>
  list(mayDecide: MayDecide): PendingApproval[]
  /** @throws McpError `not-found`, `conflict`, or `invalid-params` where the edits do not fit. */
  approve(decided: Decided & { readonly edits: ApprovalEdits }): Promise<PendingApproval>
  reject(decided: Decided & { readonly reason: string }): Promise<PendingApproval>
}

export interface Decided {
  readonly approvalId: string
  readonly mayDecide: MayDecide
  readonly signal: AbortSignal
}

export interface ApprovalServiceOptions {
  readonly book: ApprovalQueue
  readonly schemas: SchemaChecker
  readonly clock: Clock
  /** How long a person has, in milliseconds. */
  readonly approvalTtlMs: number
  /** Told of failures that nobody expected. */
  readonly onError: (error: unknown) => void
}

/** Timers run no longer than some 24 days. */
const longestTtlMs = 24 * 86_400_000

export function createApprovalService(options: ApprovalServiceOptions): ApprovalService {
  const { book, schemas, clock, approvalTtlMs, onError } = options

  /** What every new approval of a message begins with. */
  function fresh({ messageId, sessionId }: OpenMessage) {
    if (sessionId === undefined) throw noSession()
    const createdAt = clock.now()
    const expiresAt = createdAt + Math.min(approvalTtlMs, longestTtlMs)
    return { approvalId: createId('approval'), messageId, sessionId, createdAt, expiresAt }
  }

  async function wait(
    message: OpenMessage,
    { ask }: MessageCaller,
    approval: PendingApproval,
    isStored: boolean,
  ): Promise<PendingApproval> {
    const { signal } = message
    try {
      return await book.wait(approval, {
        signal,
        isStored,
        onOpen() {
          message.pending = approval
          if (ask !== undefined) void askOwner(ask, approval, signal)
        },
      })
    } finally {
      message.pending = undefined
    }
  }

  /** The route over the session's stream. Where it fails, the operations are left. */
  async function askOwner(
    ask: HandlerContext['ask'],
    approval: PendingApproval,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const answer = await ask(questionOf(approval, clock.now()))
      await heed(answer, approval, signal)
    } catch (thrown) {
      // Nobody can be asked this way, or the approval ended another way meanwhile.
      if (!McpError.is(thrown)) onError(thrown)
    }
  }

  async function heed(
    { action, content }: InteractionResponse,
    { approvalId }: PendingApproval,
    signal: AbortSignal,
  ): Promise<void> {
    const decided = { approvalId, mayDecide: () => true, signal }
    if (action !== 'accept') {
      await reject({ ...decided, reason: 'It was declined.' })
      return
    }
    const parsed = approvalEdits().safeParse(content ?? {})
    try {
      if (!parsed.success) {
        throw new McpError('invalid-params', summarizeIssues(issuesOf(parsed.error.issues)))
      }
      await approve({ ...decided, edits: parsed.data })
    } catch (thrown) {
      // An interaction is answered once, so nobody can mend these changes: none of it may count.
      if (!McpError.is(thrown) || thrown.code !== 'invalid-params') throw thrown
      await reject({ ...decided, reason: `The changes do not fit: ${thrown.message}` })
    }
  }

  async function approve({
    approvalId,
    mayDecide,
    signal,
    edits,
  }: Decided & { readonly edits: ApprovalEdits }): Promise<PendingApproval> {
    const approval = book.find(approvalId, mayDecide)
    const approved = await applyEdits(approval, edits, schemas, signal)
    await book.decide(approvalId, { action: 'approved', approved })
    return approval
  }

  async function reject({
    approvalId,
    mayDecide,
    reason,
  }: Decided & { readonly reason: string }): Promise<PendingApproval> {
    const approval = book.find(approvalId, mayDecide)
    await book.decide(approvalId, { action: 'rejected', reason })
    return approval
  }

  return {
    request(message, caller, { request, stored }) {
      const approval = stored ?? { ...fresh(message), stage: 'request', request }
      return wait(message, caller, approval, stored !== undefined)
    },
    async answer(message, caller, { request, answer, stored }) {
      const isStored = stored?.stage === 'response'
      const approval: PendingApproval = isStored
        ? stored
        : { ...fresh(message), stage: 'response', request, answer }
      const approved = await wait(message, caller, approval, isStored)
      return approved.stage === 'response' ? approved.answer : answer
    },
    list: (mayDecide) => book.list(mayDecide),
    approve,
    reject,
  }
}

function noSession(): McpError {
  return new McpError(
    'invalid-request',
    'What a person approves is kept for its session; send the request within one.',
    { details: { reason: 'no-session' } },
  )
}
