export { openProviderFile } from './providers/provider-file.ts'
