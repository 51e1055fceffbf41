import type { sampling } from '@mcp/contracts/sampling'
import type { Handlers, SessionOfRequest } from '@mcp/server'
import { pageItems } from '@mcp/server'

import type { ApprovalService } from '../approvals/approval-service.ts'
import type { MayDecide } from '../approvals/approval-queue.ts'
import { describeApproval } from '../approvals/pending-approval.ts'

export interface ApprovalHandlersOptions {
  readonly desk: ApprovalService
  /** The principals who decide for every session. */
  readonly operators: ReadonlySet<string>
  /** Takes up again what waited before a restart. */
  readonly restore: () => Promise<void>
}

type Names = 'listPending' | 'approve' | 'reject'

interface Caller extends SessionOfRequest {
  readonly principal: string | undefined
}

export function createApprovalHandlers(
  options: ApprovalHandlersOptions,
): Pick<Handlers<typeof sampling>, Names> {
  const { desk, operators, restore } = options

  const rightsOf =
    ({ sessionId, principal }: Caller): MayDecide =>
    (owner) =>
      owner === sessionId || (principal !== undefined && operators.has(principal))

  return {
    async listPending({ query, ...page }, context) {
      await restore()
      const words = query?.toLowerCase() ?? ''
      const items = desk
        .list(rightsOf(context))
        .map(describeApproval)
        .filter(({ preview, purpose = '' }) =>
          `${preview}\n${purpose}`.toLowerCase().includes(words),
        )
      context.markUntrusted()
      return pageItems(items, page, ({ approvalId }) => approvalId)
    },
    async approve({ approvalId, edits = {} }, context) {
      await restore()
      const { signal } = context
      const mayDecide = rightsOf(context)
      const { messageId } = await desk.approve({ approvalId, mayDecide, signal, edits })
      return { approvalId, messageId, action: 'approved' }
    },
    async reject({ approvalId, reason }, context) {
      await restore()
      const { signal } = context
      const mayDecide = rightsOf(context)
      const { messageId } = await desk.reject({ approvalId, mayDecide, signal, reason })
      return { approvalId, messageId, action: 'rejected' }
    },
  }
}
