import type { MaybePromise } from '@mcp/protocol'

import type { PendingApproval } from './pending-approval.ts'

/**
 * Where approvals wait for a person. Implement these three functions to add a backend. One server
 * uses a store at a time: it reads it once, and then only writes.
 */
export interface ApprovalStore {
  list(): MaybePromise<readonly PendingApproval[]>
  /** Adds an approval under its `approvalId`. */
  set(approval: PendingApproval): MaybePromise<void>
  /** Removes it; removing one that is gone is not an error. */
  delete(approvalId: string): MaybePromise<void>
}

/** Keeps approvals in this process: they are gone when it ends. */
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
