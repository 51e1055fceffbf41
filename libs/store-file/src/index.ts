export { createFileConversationStore } from './conversations/file-conversation-store.ts'
export type {
  FileConversationStore,
  FileConversationStoreOptions,
} from './conversations/file-conversation-store.ts'
export { createFileStores } from './file-stores.ts'
export type { FileStoresOptions } from './file-stores.ts'
