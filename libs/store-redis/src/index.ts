export type { RedisConversations, RedisConversationsOptions } from './redis-conversations.ts'
export { createRedisConversations } from './redis-conversations.ts'
export type { RedisStores, RedisStoresOptions } from './redis-stores.ts'
export { createRedisStores } from './redis-stores.ts'
