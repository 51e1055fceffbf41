export { itIsADocumentStore } from './documents/document-store.contract.ts'
export type { DocumentStoresUnderTest } from './documents/document-store.contract.ts'
