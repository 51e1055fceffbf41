import { itIsAConversationStore } from './conversation-store.contract.ts'
import { createMemoryConversationStore } from './memory-conversation-store.ts'

itIsAConversationStore('memory', (limits) => ({ store: createMemoryConversationStore(limits) }))
