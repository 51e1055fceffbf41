import * as z from 'zod'

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
      'URL of a Redis 7 server that holds the sessions, for several session managers. Default: a file in MCP_DATA_DIR.',
    ),
})

/** Connects to Redis. Imports its client only then: it would slow every other start. */
export async function openRedisStores(
  url: string,
  options: RedisStoresOptions,
): Promise<RedisStores> {
  const { createRedisStores } = await import('./redis-stores.ts')
  return createRedisStores(url, options)
}
