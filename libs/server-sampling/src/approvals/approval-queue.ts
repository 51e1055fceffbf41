import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { createBoundedMap } from '../records/bounded-map.ts'
import type { ApprovalStore } from './approval-store.ts'
import type { PendingApproval } from './pending-approval.ts'

/** Decision of a user: approved, possibly with edits, or rejected. */
export type Decision =
  | { readonly action: 'approved'; readonly approved: PendingApproval }
  | { readonly action: 'rejected'; readonly reason: string }

/** Whether the caller may decide the approvals of a session. */
export type MayDecide = (sessionId: string) => boolean

/** The pending approvals. Each one ends at most once: by a decision, by expiry or by withdrawal. */
export interface ApprovalQueue {
  /**
   * Stores an approval and waits for its decision.
   *
   * @throws McpError `forbidden`, reason `approval-denied`, if the approval is rejected or expires.
   */
  wait(approval: PendingApproval, options: WaitOptions): Promise<PendingApproval>
  /** Returns the pending approvals that the caller may decide, in the order in which they were added. */
  list(mayDecide: MayDecide): PendingApproval[]
  /** Returns a pending approval. Throws `not-found`, or `conflict` if the approval has already ended. */
  find(approvalId: string, mayDecide: MayDecide): PendingApproval
  /** Ends an approval with a decision. Throws `conflict` if the approval has already ended. */
  decide(approvalId: string, decision: Decision): Promise<void>
  /** Removes all approvals from the queue and leaves them in the store. Open `wait` promises never settle. */
  close(): void
}

export interface WaitOptions {
  /** An abort withdraws the approval. */
  readonly signal: AbortSignal
  /** Whether the store already contains the approval. */
  readonly isStored: boolean
  /** Called when the approval can be decided. */
  readonly onOpen: () => void
}

export interface ApprovalQueueOptions {
  readonly store: ApprovalStore
  readonly clock: Clock
  /** Receives the error if the store fails to delete an approval. */
  readonly onError: (error: unknown) => void
}

type Ending = 'approved' | 'rejected' | 'expired' | 'withdrawn'

interface Waiting {
  readonly approval: PendingApproval
  readonly settle: (result: PendingApproval | McpError) => void
  readonly stop: () => void
}

/** Maximum number of ended approvals that are kept. A late decision on one of them fails as `conflict`. */
const maxEnded = 1000

export function createApprovalQueue({
  store,
  clock,
  onError,
}: ApprovalQueueOptions): ApprovalQueue {
  const waiting = new Map<string, Waiting>()
  const ended = createBoundedMap<{ readonly sessionId: string; readonly ending: Ending }>({
    maxEntries: maxEnded,
  })

  /** Removes an approval synchronously, so that a second decision fails as `conflict`. */
  function claim(approvalId: string, ending: Ending): Waiting | undefined {
    const entry = waiting.get(approvalId)
    if (entry === undefined) return undefined
    waiting.delete(approvalId)
    entry.stop()
    ended.add(approvalId, { sessionId: entry.approval.sessionId, ending })
    return entry
  }

  async function remove(approvalId: string): Promise<void> {
    try {
      await store.delete(approvalId)
    } catch (error) {
      onError(error)
    }
  }

  async function end(approvalId: string, ending: Ending, error: McpError): Promise<void> {
    const entry = claim(approvalId, ending)
    if (entry === undefined) return
    entry.settle(error)
    await remove(approvalId)
  }

  return {
    async wait(approval, { signal, isStored, onOpen }) {
      signal.throwIfAborted()
      const { approvalId, expiresAt } = approval
      if (!isStored) await store.set(approval)
      const { promise, resolve, reject } = Promise.withResolvers<PendingApproval>()
      const withdraw = (): void => void end(approvalId, 'withdrawn', McpError.from(signal.reason))
      const stopTimer = clock.after(
        Math.max(0, expiresAt - clock.now()),
        () => void end(approvalId, 'expired', approvalExpired()),
      )
      signal.addEventListener('abort', withdraw, { once: true })
      waiting.set(approvalId, {
        approval,
        settle: (result) => (McpError.is(result) ? reject(result) : resolve(result)),
        stop() {
          stopTimer()
          signal.removeEventListener('abort', withdraw)
        },
      })
      if (signal.aborted) withdraw()
      else onOpen()
      return promise
    },
    list: (mayDecide) =>
      Array.from(waiting.values(), ({ approval }) => approval).filter(({ sessionId }) =>
        mayDecide(sessionId),
      ),
    find(approvalId, mayDecide) {
      const approval = waiting.get(approvalId)?.approval
      if (approval !== undefined && mayDecide(approval.sessionId)) return approval
      const previous = ended.get(approvalId)
      if (previous !== undefined && mayDecide(previous.sessionId))
        throw alreadyDecided(approvalId, previous.ending)
      throw new McpError('not-found', `No pending approval "${approvalId}" in this session.`)
    },
    async decide(approvalId, decision) {
      const entry = claim(approvalId, decision.action)
      if (entry === undefined) throw alreadyDecided(approvalId, ended.get(approvalId)?.ending)
      // The store deletes the approval before the message continues. If the process crashes after
      // that, the user does not have to decide the same approval again.
      await remove(approvalId)
      entry.settle(
        decision.action === 'approved' ? decision.approved : approvalRejected(decision.reason),
      )
    },
    close() {
      for (const { stop } of waiting.values()) stop()
      waiting.clear()
    },
  }
}

function approvalExpired(): McpError {
  return new McpError('forbidden', 'Approval timed out.', {
    details: { reason: 'approval-denied', action: 'expired' },
  })
}

function approvalRejected(because: string): McpError {
  return new McpError('forbidden', `Approval rejected: ${because}`, {
    details: { reason: 'approval-denied', action: 'rejected', because },
  })
}

function alreadyDecided(approvalId: string, ending: Ending | undefined): McpError {
  return new McpError('conflict', `Approval "${approvalId}" was already ${ending ?? 'decided'}.`, {
    details: { reason: 'already-resolved', action: ending ?? null },
  })
}
