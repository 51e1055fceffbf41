import * as z from 'zod'

import { isRedisUrl, redisUrlRule } from './clients/redis-url.ts'
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
    .refine(isRedisUrl, redisUrlRule)
    .optional()
    .describe(
      'URL of Redis 7 that holds the sessions of several session managers, and the conversations of several client apps: one server, nodes of a cluster with commas between them, or redis+sentinel:// with sentinels and the name of the primary. Default: files in MCP_DATA_DIR.',
    ),
  REDIS_CA_FILE: z
    .string()
    .optional()
    .describe(
      'PEM file of additional certificates to trust, for a REDIS_URL that starts with rediss.',
    ),
})

/**
 * Connects to Redis. Imports the Redis client on the first call, because the import would slow down every
 * program that does not need it.
 */
export async function openRedisStores(
  url: string,
  options: RedisStoresOptions,
): Promise<RedisStores> {
  const { createRedisStores } = await import('./redis-stores.ts')
  return createRedisStores(url, options)
}

/** Connects the conversations of an app to Redis. Imports the Redis client on the first call. */
export async function openRedisConversations(
  url: string,
  options: RedisConversationsOptions,
): Promise<RedisConversations> {
  const { createRedisConversations } = await import('./redis-conversations.ts')
  return createRedisConversations(url, options)
}
