import { createLazy } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { MessageRunner } from '../messages/message-runner.ts'
import type { SessionRegistry } from '../records/session-registry.ts'
import type { ApprovalStore } from './approval-store.ts'

export interface RestoreOptions {
  readonly store: ApprovalStore
  readonly runner: MessageRunner
  readonly sessions: SessionRegistry
  readonly clock: Clock
  /** Receives unexpected errors. */
  readonly onError: (error: unknown) => void
}

/** Creates a function that resumes the stored approvals on its first call. */
export function createRestore(options: RestoreOptions): () => Promise<void> {
  const { store, runner, sessions, clock, onError } = options

  async function run(): Promise<void> {
    for (const approval of await store.list()) {
      const { approvalId, sessionId, expiresAt } = approval
      if (expiresAt <= clock.now()) {
        await remove(approvalId)
        continue
      }
      const { result } = runner.resume(approval, sessions.reopen(sessionId))
      result.catch((error: unknown) => {
        if (McpError.is(error) && error.code === 'internal') onError(error)
      })
    }
  }

  async function remove(approvalId: string): Promise<void> {
    try {
      await store.delete(approvalId)
    } catch (error) {
      onError(error)
    }
  }

  return createLazy(run).get
}
