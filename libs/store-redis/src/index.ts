export type { RedisStores, RedisStoresOptions } from './redis-stores.ts'
export { createRedisStores } from './redis-stores.ts'
