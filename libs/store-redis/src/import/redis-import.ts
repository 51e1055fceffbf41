import { delay } from '@mcp/concurrency'
import { isRecord, McpError, parseJson } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import type { EarlierImport, StoreImport } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { claimLease, releaseLease } from '../scripts/lease-scripts.ts'
import { clearSessionStores, countRecords } from './session-records.ts'
import { createRecordWriter } from './record-writer.ts'

export interface RedisImportOptions {
  readonly backend: Backend
  readonly clock: Clock
}

const lockMs = 3000
const retryMs = 250

/** Creates the import into Redis. */
export function createRedisImport({ backend, clock }: RedisImportOptions): StoreImport {
  const { connection, keys, replica, leaseMs } = backend

  /** Takes the lease of the sweeper. One running session manager renews it with each sweep, once a second. */
  async function takeSweeperLease(): Promise<boolean> {
    return (await connection.run(claimLease, [keys.lease], [replica, lockMs])) === 1
  }

  return {
    async lock() {
      const { signal } = new AbortController()
      // A session manager that has stopped may hold the lease until it expires.
      for (let waitedMs = 0; !(await takeSweeperLease()); waitedMs += retryMs) {
        if (waitedMs > leaseMs + retryMs) throw inUse()
        await delay(retryMs, clock, signal)
      }
      // The connection reports its failures.
      const stop = clock.every(lockMs / 3, () => void takeSweeperLease().catch(() => {}))
      return async () => {
        stop()
        await connection.run(releaseLease, [keys.lease], [replica])
      }
    },
    async state() {
      const [sessions, others, imported] = await Promise.all([
        connection.call('HLEN', keys.sessions),
        connection.call('EXISTS', keys.ended, keys.broadcasts.events),
        connection.call('GET', keys.imported),
      ])
      const isEmpty = Number(sessions) === 0 && Number(others) === 0
      return { sessions: Number(sessions), isEmpty, earlier: parseImport(imported) }
    },
    async mark({ exportId, isComplete }) {
      await connection.call('SET', keys.imported, JSON.stringify({ exportId, isComplete }))
    },
    write: createRecordWriter(backend),
    count: () => countRecords(backend),
    clear: () => clearSessionStores(backend),
  }
}

function parseImport(text: unknown): EarlierImport | undefined {
  const value = typeof text === 'string' ? parseJson(text) : undefined
  if (!isRecord(value)) return undefined
  return { exportId: String(value['exportId']), isComplete: value['isComplete'] === true }
}

function inUse(): McpError {
  return new McpError(
    'conflict',
    'A session manager uses this Redis. Stop all of them, and start them again afterwards.',
    { details: { reason: 'in-use' } },
  )
}
