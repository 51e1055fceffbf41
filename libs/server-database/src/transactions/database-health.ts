import type { Health } from '@mcp/protocol'

import type { Database } from './database.ts'

/** Returns the health of a server: degraded if some of its databases are unavailable, unhealthy if all are. */
export async function databaseHealth(databases: readonly Database[]): Promise<Health> {
  const reasons = await Promise.all(databases.map((database) => database.unavailability()))
  const unavailable = databases.filter((_, index) => reasons[index] !== undefined)
  if (unavailable.length === 0) return { state: 'healthy' }
  const names = unavailable.map(({ name }) => `"${name}"`).join(', ')
  const state = unavailable.length === databases.length ? 'unhealthy' : 'degraded'
  return { state, reason: `Unavailable databases: ${names}.` }
}
