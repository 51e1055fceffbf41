export { createFileConversationStore } from './conversations/file-conversation-store.ts'
export type {
  FileConversationStore,
  FileConversationStoreOptions,
} from './conversations/file-conversation-store.ts'
export { openFileConversationExport } from './export/file-conversation-export.ts'
export { openFileExport } from './export/file-export.ts'
export type { FileExportOptions } from './export/file-export.ts'
export { createFileStores } from './file-stores.ts'
export type { FileStoresOptions } from './file-stores.ts'
