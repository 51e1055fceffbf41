export { itIsAStore } from './store/store.contract.ts'
export type { StoreUnderTest } from './store/store.contract.ts'
