import type { ReplicaChannel } from '@mcp/concurrency'

/** Coordinates the runs of several processes that use the same store. */
export interface SharedRuns {
  /**
   * Claims the runs of a conversation for this process, until it releases them or ends. Returns false if
   * another process has them.
   */
  claim(conversationId: string): Promise<boolean>
  release(conversationId: string): Promise<void>
  /** Returns whether any process, including this one, has the runs of a conversation. */
  isClaimed(conversationId: string): Promise<boolean>
  /** The channel between the processes. */
  readonly channel: ReplicaChannel
}
