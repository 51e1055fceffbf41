export { createFileStore } from './file-store.ts'
export type { FileStoreOptions } from './file-store.ts'
