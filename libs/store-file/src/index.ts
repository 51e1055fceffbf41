export { createFileStores } from './file-stores.ts'
export type { FileStoresOptions } from './file-stores.ts'
