import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { createBoundedMap } from '../records/bounded-map.ts'
import type { ApprovalStore } from './approval-store.ts'
import type { PendingApproval } from './pending-approval.ts'

/** What a person decides: to let it pass, perhaps with changes made, or not. */
export type Decision =
  | { readonly action: 'approved'; readonly approved: PendingApproval }
  | { readonly action: 'rejected'; readonly reason: string }

/** Whose approvals are meant. */
export type MayDecide = (sessionId: string) => boolean

/** The approvals that wait. Each ends once: approved, rejected, expired or withdrawn. */
export interface ApprovalQueue {
  /**
   * Keeps an approval and waits for its decision.
   *
   * @throws McpError `forbidden`, reason `approval-denied`, where it is rejected or nobody answers.
   */
  wait(approval: PendingApproval, options: WaitOptions): Promise<PendingApproval>
  /** The oldest first. */
  list(mayDecide: MayDecide): PendingApproval[]
  /** @throws McpError `not-found`, or `conflict` where it is over. */
  find(approvalId: string, mayDecide: MayDecide): PendingApproval
  /** @throws McpError `conflict` where another decision came first. */
  decide(approvalId: string, decision: Decision): Promise<void>
  /** Waits no longer, and leaves the store as it is. */
  close(): void
}

export interface WaitOptions {
  /** Aborted where the answer is of no use any more. */
  readonly signal: AbortSignal
  /** Whether the store has it already. */
  readonly isStored: boolean
  /** Called once the approval can be decided. */
  readonly onOpen: () => void
}

export interface ApprovalQueueOptions {
  readonly store: ApprovalStore
  readonly clock: Clock
  /** Told where the store fails to forget. */
  readonly onError: (error: unknown) => void
}

type Ending = 'approved' | 'rejected' | 'expired' | 'withdrawn'

interface Waiting {
  readonly approval: PendingApproval
  readonly settle: (outcome: PendingApproval | McpError) => void
  readonly stop: () => void
}

/** How many approvals that are over are still known by how they ended. */
const endedKept = 1000

export function createApprovalQueue({
  store,
  clock,
  onError,
}: ApprovalQueueOptions): ApprovalQueue {
  const waiting = new Map<string, Waiting>()
  const ended = createBoundedMap<{ readonly sessionId: string; readonly ending: Ending }>({
    maxEntries: endedKept,
  })

  /** Takes it out before anything else happens: from here on, no other answer counts. */
  function claim(approvalId: string, ending: Ending): Waiting | undefined {
    const entry = waiting.get(approvalId)
    if (entry === undefined) return undefined
    waiting.delete(approvalId)
    entry.stop()
    ended.add(approvalId, { sessionId: entry.approval.sessionId, ending })
    return entry
  }

  async function forget(approvalId: string): Promise<void> {
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
    await forget(approvalId)
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
        () => void end(approvalId, 'expired', nobodyAnswered()),
      )
      signal.addEventListener('abort', withdraw, { once: true })
      waiting.set(approvalId, {
        approval,
        settle: (outcome) => (McpError.is(outcome) ? reject(outcome) : resolve(outcome)),
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
      const over = ended.get(approvalId)
      if (over !== undefined && mayDecide(over.sessionId)) throw isOver(approvalId, over.ending)
      throw new McpError('not-found', `No approval "${approvalId}" waits in this session.`)
    },
    async decide(approvalId, decision) {
      const entry = claim(approvalId, decision.action)
      if (entry === undefined) throw isOver(approvalId, ended.get(approvalId)?.ending)
      // Forgotten before it goes on: after a crash in between, it must not be asked again.
      await forget(approvalId)
      entry.settle(decision.action === 'approved' ? decision.approved : rejected(decision.reason))
    },
    close() {
      for (const { stop } of waiting.values()) stop()
      waiting.clear()
    },
  }
}

function nobodyAnswered(): McpError {
  return new McpError('forbidden', 'Nobody approved it in time, so it was not done.', {
    details: { reason: 'approval-denied', action: 'expired' },
  })
}

function rejected(because: string): McpError {
  return new McpError('forbidden', `A person refused it: ${because}`, {
    details: { reason: 'approval-denied', action: 'rejected', because },
  })
}

function isOver(approvalId: string, ending: Ending | undefined): McpError {
  return new McpError(
    'conflict',
    `The approval "${approvalId}" is over: it was ${ending ?? 'answered'} before.`,
    { details: { reason: 'already-resolved', action: ending ?? null } },
  )
}
