import type { Clock, HandlerContext, InteractionResponse } from '@mcp/protocol'
import { createId, McpError, summarizeIssues, issuesOf } from '@mcp/protocol'
import { approvalEdits } from '@mcp/contracts/sampling'

import type { GeneratedResponse } from '../messages/generated-response.ts'
import type { MessageRequest } from '../messages/message-request.ts'
import type { MessageCaller, OpenMessage } from '../messages/open-message.ts'
import type { CheckOptions, SchemaChecker } from '../schema/schema-checker.ts'
import { applyEdits } from './apply-edits.ts'
import type { ApprovalQueue, MayDecide } from './approval-queue.ts'
import type { ApprovalEdits, PendingApproval } from './pending-approval.ts'
import { toInteraction } from './describe-approval.ts'

/**
 * Requests approvals from users. A user responds to the interaction on the session's stream or calls
 * the operation `approve` or `reject`.
 */
export interface ApprovalService {
  /** Returns the approved request, with its edits. */
  waitForRequest(
    message: OpenMessage,
    caller: MessageCaller,
    input: { readonly request: MessageRequest; readonly stored: PendingApproval | undefined },
  ): Promise<PendingApproval>
  /** Returns the approved response, with its edits. */
  waitForResponse(
    message: OpenMessage,
    caller: MessageCaller,
    input: {
      readonly request: MessageRequest
      readonly response: GeneratedResponse
      readonly stored: PendingApproval | undefined
    },
  ): Promise<GeneratedResponse>
  list(mayDecide: MayDecide): PendingApproval[]
  /** Approves with edits. Throws `not-found`, `conflict`, or `invalid-params` for invalid edits. */
  approve(decided: DecisionOptions & { readonly edits: ApprovalEdits }): Promise<PendingApproval>
  reject(decided: DecisionOptions & { readonly reason: string }): Promise<PendingApproval>
}

export interface DecisionOptions extends CheckOptions {
  readonly approvalId: string
  readonly mayDecide: MayDecide
}

export interface ApprovalServiceOptions {
  readonly queue: ApprovalQueue
  readonly schemas: SchemaChecker
  readonly clock: Clock
  /** Time until an approval expires, in milliseconds. */
  readonly approvalTtlMs: number
  /** Receives unexpected errors. */
  readonly onError: (error: unknown) => void
}

/** Maximum time until an approval expires. It is 24 days, because the delay of a timer is limited to 2^31 ms. */
const maxTtlMs = 24 * 86_400_000

export function createApprovalService(options: ApprovalServiceOptions): ApprovalService {
  const { queue, schemas, clock, approvalTtlMs, onError } = options

  const createApproval = (message: OpenMessage) => newApproval(message, clock.now(), approvalTtlMs)

  async function wait(
    message: OpenMessage,
    { ask }: MessageCaller,
    approval: PendingApproval,
    isStored: boolean,
  ): Promise<PendingApproval> {
    try {
      return await queue.wait(approval, {
        signal: message.signal,
        isStored,
        onOpen() {
          message.pending = approval
          if (ask !== undefined) void requestInteraction(ask, approval, message)
        },
      })
    } finally {
      message.pending = undefined
    }
  }

  /**
   * Requests the approval on the session's stream. If this fails, the operations `approve` and
   * `reject` still work.
   */
  async function requestInteraction(
    ask: HandlerContext['ask'],
    approval: PendingApproval,
    caller: CheckOptions,
  ): Promise<void> {
    try {
      const response = await ask(toInteraction(approval, clock.now()))
      await applyInteraction(response, approval, caller)
    } catch (thrown) {
      // An McpError is expected if the session has no open stream or if the approval has already ended.
      if (!McpError.is(thrown)) onError(thrown)
    }
  }

  async function applyInteraction(
    response: InteractionResponse,
    { approvalId }: PendingApproval,
    { signal, callerKey }: CheckOptions,
  ): Promise<void> {
    const decided = { approvalId, mayDecide: () => true, signal, callerKey }
    if (response.action !== 'accept') {
      await reject({ ...decided, reason: 'Declined.' })
      return
    }
    try {
      await approve({ ...decided, edits: readEdits(response) })
    } catch (thrown) {
      // Invalid edits reject the approval. The user cannot correct them, because an interaction
      // accepts only one response.
      if (!McpError.is(thrown) || thrown.code !== 'invalid-params') throw thrown
      await reject({ ...decided, reason: `Invalid edits: ${thrown.message}` })
    }
  }

  async function approve(
    decided: DecisionOptions & { readonly edits: ApprovalEdits },
  ): Promise<PendingApproval> {
    const { approvalId, mayDecide, edits } = decided
    const approval = queue.find(approvalId, mayDecide)
    const approved = await applyEdits(approval, edits, schemas, decided)
    await queue.decide(approvalId, { action: 'approved', approved })
    return approval
  }

  async function reject(
    decided: DecisionOptions & { readonly reason: string },
  ): Promise<PendingApproval> {
    const { approvalId, mayDecide, reason } = decided
    const approval = queue.find(approvalId, mayDecide)
    await queue.decide(approvalId, { action: 'rejected', reason })
    return approval
  }

  return {
    waitForRequest(message, caller, { request, stored }) {
      const approval = stored ?? { ...createApproval(message), stage: 'request', request }
      return wait(message, caller, approval, stored !== undefined)
    },
    async waitForResponse(message, caller, { request, response, stored }) {
      const isStored = stored?.stage === 'response'
      const approval: PendingApproval = isStored
        ? stored
        : { ...createApproval(message), stage: 'response', request, response }
      const approved = await wait(message, caller, approval, isStored)
      return approved.stage === 'response' ? approved.response : response
    },
    list: (mayDecide) => queue.list(mayDecide),
    approve,
    reject,
  }
}

/** Returns the fields that every new approval of a message has. */
function newApproval({ messageId, sessionId }: OpenMessage, createdAt: number, ttlMs: number) {
  if (sessionId === undefined) throw sessionRequired()
  const expiresAt = createdAt + Math.min(ttlMs, maxTtlMs)
  return { approvalId: createId('approval'), messageId, sessionId, createdAt, expiresAt }
}

/** Returns the edits that a response contains. Throws `invalid-params` if its content is invalid. */
function readEdits({ content }: InteractionResponse): ApprovalEdits {
  const parsed = approvalEdits().safeParse(content ?? {})
  if (parsed.success) return parsed.data
  throw new McpError('invalid-params', summarizeIssues(issuesOf(parsed.error.issues)))
}

function sessionRequired(): McpError {
  return new McpError(
    'invalid-request',
    'Approvals require a session. Send the request within one.',
    { details: { reason: 'no-session' } },
  )
}
