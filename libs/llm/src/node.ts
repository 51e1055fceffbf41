export {
  openProviderDocument,
  providerDocumentName,
  readProviderDocuments,
} from './providers/provider-document.ts'
export { openProviderFile } from './providers/provider-file.ts'
