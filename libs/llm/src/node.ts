export { openProviderDocument } from './providers/provider-document.ts'
export { openProviderFile } from './providers/provider-file.ts'
