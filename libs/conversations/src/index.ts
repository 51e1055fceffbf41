export { createConversations } from './create-conversations.ts'
export type { ConversationsOptions } from './create-conversations.ts'
export type { Conversations, StartedRun } from './conversations.ts'
export type {
  ConversationSettings,
  ConversationView,
  PendingItem,
  RunInfo,
} from '@mcp/protocol/rest'
export type { GrantView } from './grants.ts'
export type { HistoryMessage, KeptResult, LogEntry } from './log.ts'
export type { RunFinished, RunResult } from './runs/live-run.ts'
export type { Decision, PendingApproval } from './runs/pending-approvals.ts'
export type {
  InteractionWatcher,
  ModelCallReport,
  PrepareRun,
  RunContext,
  RunEnvironment,
  RunInput,
  RunOptions,
  RunRequestOptions,
  RunSession,
  SessionInteraction,
} from './runs/run-environment.ts'
export { moveConversations } from './transfer/move-conversations.ts'
export type {
  ConversationExport,
  MoveConversationsOptions,
  MovedConversations,
} from './transfer/move-conversations.ts'
export { toMarkdown } from './transfer/export-conversation.ts'
export type { ConversationDocument } from './transfer/export-conversation.ts'
export { conversationChanged } from './store/conversation-changed.ts'
export { createMemoryConversationStore } from './store/memory-conversation-store.ts'
export { decodeCursor, encodeCursor } from './store/cursor.ts'
export { defaultConversationLimits } from './store/conversation-store.ts'
export type {
  ConversationLimits,
  ConversationPage,
  ConversationStore,
  Evicted,
  ListOptions,
  ReadOptions,
  SaveOptions,
  StoredConversation,
  StoredEntry,
  Trimmed,
} from './store/conversation-store.ts'
export type { SharedRuns } from './store/shared-runs.ts'
