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
  StoredConversation,
  StoredEntry,
  Trimmed,
} from './store/conversation-store.ts'
