import type { sampling } from '@mcp/contracts/sampling'
import type { Handlers, SessionOfRequest } from '@mcp/server'
import { pageItems } from '@mcp/server'

import type { ApprovalService } from '../approvals/approval-service.ts'
import type { MayDecide } from '../approvals/approval-queue.ts'
import { describeApproval } from '../approvals/describe-approval.ts'

export interface ApprovalHandlersOptions {
  readonly approvals: ApprovalService
  /** Principals that may decide the approvals of every session. */
  readonly operators: ReadonlySet<string>
  /** Resumes the stored approvals on the first call. */
  readonly restore: () => Promise<void>
}

type Names = 'listPending' | 'approve' | 'reject'

interface Caller extends SessionOfRequest {
  readonly principal: string | undefined
}

export function createApprovalHandlers(
  options: ApprovalHandlersOptions,
): Pick<Handlers<typeof sampling>, Names> {
  const { approvals, operators, restore } = options

  const mayDecideFor =
    ({ sessionId, principal }: Caller): MayDecide =>
    (owner) =>
      owner === sessionId || (principal !== undefined && operators.has(principal))

  return {
    async listPending({ query, ...page }, context) {
      await restore()
      const searchText = query?.toLowerCase() ?? ''
      const items = approvals
        .list(mayDecideFor(context))
        .map(describeApproval)
        .filter(({ preview, purpose = '' }) =>
          `${preview}\n${purpose}`.toLowerCase().includes(searchText),
        )
      context.markUntrusted()
      return pageItems(items, page, ({ approvalId }) => approvalId)
    },
    async approve({ approvalId, edits = {} }, context) {
      await restore()
      const { signal, callerKey } = context
      const mayDecide = mayDecideFor(context)
      const decision = { approvalId, mayDecide, signal, callerKey, edits }
      const { messageId } = await approvals.approve(decision)
      return { approvalId, messageId, action: 'approved' }
    },
    async reject({ approvalId, reason }, context) {
      await restore()
      const { signal, callerKey } = context
      const mayDecide = mayDecideFor(context)
      const decision = { approvalId, mayDecide, signal, callerKey, reason }
      const { messageId } = await approvals.reject(decision)
      return { approvalId, messageId, action: 'rejected' }
    },
  }
}
