export { itIsAPromptStore } from './prompt-store.contract.ts'
export type { PromptStoreUnderTest } from './prompt-store.contract.ts'
