import * as z from 'zod'

import type { RedisConversations, RedisConversationsOptions } from './redis-conversations.ts'
import type { RedisStores, RedisStoresOptions } from './redis-stores.ts'

/**
 * Returns the schemas of the environment variables of the stores.
 *
 * @example
 * const config = z.object({ ...redisSettings() }).parse(process.env)
 */
export const redisSettings = () => ({
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/[^/\s]+/, 'must be a URL such as "redis://127.0.0.1:6379"')
    .optional()
    .describe(
      'URL of a Redis 7 server that holds the sessions of several session managers, and the conversations of several client apps. Default: files in MCP_DATA_DIR.',
    ),
})

/**
 * Connects to Redis. Imports its client on the first call, because the import would slow down every program
 * that does not need it.
 */
export async function openRedisStores(
  url: string,
  options: RedisStoresOptions,
): Promise<RedisStores> {
  const { createRedisStores } = await import('./redis-stores.ts')
  return createRedisStores(url, options)
}

/** Connects the conversations of an app to Redis. Imports its client on the first call. */
export async function openRedisConversations(
  url: string,
  options: RedisConversationsOptions,
): Promise<RedisConversations> {
  const { createRedisConversations } = await import('./redis-conversations.ts')
  return createRedisConversations(url, options)
}
