export { itIsAPromptStore } from './store/prompt-store.contract.ts'
export type { PromptStoreUnderTest } from './store/prompt-store.contract.ts'
