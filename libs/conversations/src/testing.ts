export { itIsAConversationStore } from './store/conversation-store.contract.ts'
export type {
  ConversationStoreUnderTest,
  CreateConversationStore,
} from './store/conversation-store.contract.ts'
export { itSharesRuns } from './store/shared-runs.contract.ts'
