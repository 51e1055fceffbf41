export { itIsAStore } from './store.contract.ts'
export type { StoreUnderTest } from './store.contract.ts'
