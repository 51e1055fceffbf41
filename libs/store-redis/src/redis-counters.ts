import { createHash } from 'node:crypto'

import type { PolicyCounters } from '@mcp/policy'

import type { Connection } from './connection.ts'
import type { Keys } from './keys.ts'
import { addAmount, takeRequest } from './scripts/counter-scripts.ts'

/**
 * Creates the counters of a policy, which several session managers share. `take` uses the clock of Redis, so
 * that the clocks of the session managers need not agree.
 */
export function createRedisCounters(connection: Connection, keys: Keys): PolicyCounters {
  /**
   * Returns the key for a name. The name is hashed, because it contains the id of a caller, which may be long.
   */
  const keyOf = (name: string): string =>
    keys.counter(createHash('sha256').update(name).digest('base64url'))

  return {
    async take(key, { requests, perMs }, count = 1) {
      return Number(await connection.run(takeRequest, [keyOf(key)], [requests, perMs, count]))
    },
    async add(key, amount, expiresAt) {
      return Number(await connection.run(addAmount, [keyOf(key)], [amount, expiresAt]))
    },
  }
}
