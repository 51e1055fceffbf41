export { readFolderDocuments } from './app/folder-documents.ts'
export type {
  FolderDocument,
  FolderDocuments,
  ReadFolderDocumentsOptions,
} from './app/folder-documents.ts'
export { startHub } from './app/start-hub.ts'
export type { CreateServer, RunningHub, StartHubOptions } from './app/start-hub.ts'
