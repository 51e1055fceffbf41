import type { InteractionResponse } from '@mcp/protocol'
import type { RunEvent } from '@mcp/protocol/agent'
import type {
  ConversationSettings,
  ConversationView,
  PendingItem,
  RunInfo,
} from '@mcp/protocol/rest'

import type { GrantView } from './grants.ts'
import type { HistoryMessage } from './log.ts'
import type { RunResult } from './runs/live-run.ts'
import type { Decision } from './runs/pending-approvals.ts'
import type { PrepareRun, RunInput, RunOptions } from './runs/run-environment.ts'
import type { Evicted, ListOptions } from './store/conversation-store.ts'
import type { ConversationDocument } from './transfer/export-conversation.ts'

/** A run that has started. */
export interface StartedRun {
  readonly info: RunInfo
  readonly evicted: readonly string[]
  /** Resolves when the run has ended. Never rejects. */
  readonly done: Promise<RunResult>
}

/**
 * Conversations and their runs. A method that receives the id of a conversation or of a run throws `not-found`
 * if the owner has none with this id.
 */
export interface Conversations {
  create(
    owner: string,
    settings: ConversationSettings,
  ): Promise<{ readonly conversation: ConversationView } & Evicted>
  list(
    owner: string,
    options: ListOptions,
  ): Promise<{ conversations: ConversationView[]; cursor?: string | undefined }>
  read(owner: string, id: string): Promise<ConversationView & { messages: HistoryMessage[] }>
  /** Changes settings. `clearGrants` removes the decisions for this conversation. */
  update(
    owner: string,
    id: string,
    changes: ConversationSettings & { readonly clearGrants?: boolean | undefined },
  ): Promise<ConversationView>
  /** @throws McpError `conflict` while a run is in progress. */
  remove(owner: string, id: string): Promise<void>
  export(owner: string, id: string): Promise<ConversationDocument>
  /** @throws McpError `invalid-request` with the path of each problem. Nothing is imported then. */
  import(
    owner: string,
    document: unknown,
  ): Promise<{ readonly conversation: ConversationView } & Evicted>
  /** @throws McpError `conflict` while a run of the conversation is in progress. */
  start(
    owner: string,
    id: string,
    input: RunInput,
    prepare: PrepareRun,
    options?: RunOptions,
  ): Promise<StartedRun>
  /**
   * Continues the last run of a conversation as a new run.
   *
   * @throws McpError `conflict` if a run is in progress, or if the run is not the last one or is complete.
   */
  continue(
    owner: string,
    runId: string,
    prepare: PrepareRun,
    options?: RunOptions,
  ): Promise<StartedRun>
  run(owner: string, runId: string): Promise<RunInfo>
  /**
   * Returns the events of a run after a position. The events end when the run has ended or the signal is
   * aborted.
   *
   * @throws McpError `conflict` with the reason `stream-gap` if the run has no such position, or if events
   * after it were removed. For a run of another process, the iteration may throw this error.
   */
  events(
    owner: string,
    runId: string,
    options: { readonly after?: number | undefined; readonly signal: AbortSignal },
  ): Promise<AsyncIterable<RunEvent>>
  /** Returns the complete text of a result. */
  result(owner: string, runId: string, ref: string): Promise<string>
  /** Stops a run. Resolves with its description when it has ended. */
  stop(owner: string, runId: string): Promise<RunInfo>
  decide(owner: string, runId: string, callId: string, decision: Decision): Promise<void>
  respond(
    owner: string,
    runId: string,
    interactionId: string,
    response: InteractionResponse,
  ): Promise<void>
  pending(owner: string): PendingItem[]
  /** Returns the decisions of an owner that apply to all conversations. */
  grants(owner: string): Promise<GrantView[]>
  /** Removes a decision that `grants` returns. Runs in progress no longer apply the decision. */
  removeGrant(owner: string, id: string): Promise<void>
  /**
   * Calls a listener whenever the result of `pending` may have changed for an owner. Returns the function that
   * removes the listener.
   */
  onPendingChanged(owner: string, listener: () => void): () => void
  /**
   * Returns the id of the session of a conversation, if it has used one. The id grants access to the session.
   */
  sessionIdOf(owner: string, id: string): Promise<string | undefined>
  /** Interrupts the runs in progress, and resolves when they have ended. No further run can start. */
  close(): Promise<void>
}
