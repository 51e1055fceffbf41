import type { MaybePromise } from '@mcp/protocol'

import type { PendingApproval } from './pending-approval.ts'

/**
 * Stores pending approvals. Implement these three functions to add a backend. Only one server may use a store
 * at a time. A server calls `list` before its first `set`. If `list` fails, the server calls it again later;
 * once it has succeeded, the server does not call it again.
 */
export interface ApprovalStore {
  list(): MaybePromise<readonly PendingApproval[]>
  /** Adds an approval under its `approvalId`. */
  set(approval: PendingApproval): MaybePromise<void>
  /** Deletes an approval. Does nothing if the approval does not exist. */
  delete(approvalId: string): MaybePromise<void>
}

/** Creates a store in memory. Its approvals are lost when the process ends. */
export function createMemoryApprovalStore(): ApprovalStore {
  const approvals = new Map<string, PendingApproval>()
  return {
    list: () => [...approvals.values()],
    set(approval) {
      approvals.set(approval.approvalId, approval)
    },
    delete(approvalId) {
      approvals.delete(approvalId)
    },
  }
}
