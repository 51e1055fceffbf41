import { startThread } from '../workers/worker-channel.ts'
import type { WorkerLink } from '../workers/worker-link.ts'
import { linkWorker } from '../workers/worker-link.ts'
import { readMysql } from './mysql/mysql-reading.ts'
import { parsePostgres } from './postgres/postgres-parser.ts'
import type { PostgresReading } from './postgres/postgres-reading.ts'
import { readSqlite } from './sqlite/sqlite-reading.ts'
import type { TokenReading } from './token-reading.ts'

/** Methods of the worker thread. */
interface ParseWorker {
  postgresql(sql: string): Promise<PostgresReading>
  mysql(sql: string): TokenReading
  sqlite(sql: string): TokenReading
}

/** The longest statement that is read on the event loop: 15 ms of work at the worst, for each parser. */
const maxParsed = 4096
const maxTokens = 8192

const maxMs = 10_000

/** Reads a statement of PostgreSQL: a short one here, a long one in a thread. */
export async function readPostgresOffLoop(sql: string): Promise<PostgresReading> {
  if (sql.length <= maxParsed) return parsePostgres(sql)
  return inThread((worker, signal) => worker.call('postgresql', sql, signal))
}

/** Reads a statement of MySQL, likewise. */
export async function readMysqlOffLoop(sql: string): Promise<TokenReading> {
  if (sql.length <= maxTokens) return readMysql(sql)
  return inThread((worker, signal) => worker.call('mysql', sql, signal))
}

/** Reads a statement of SQLite, likewise. */
export async function readSqliteOffLoop(sql: string): Promise<TokenReading> {
  if (sql.length <= maxTokens) return readSqlite(sql)
  return inThread((worker, signal) => worker.call('sqlite', sql, signal))
}

let last: Promise<unknown> = Promise.resolve()

/** One after the other, so that many long statements at once do not take all processors. */
function inThread<Reading>(
  read: (worker: WorkerLink<ParseWorker>, signal: AbortSignal) => Promise<Reading>,
): Promise<Reading> {
  const reading = last.then(async () => {
    const worker = linkWorker<ParseWorker>(
      startThread(import.meta.resolve('@mcp/server-database/parse-worker')),
    )
    try {
      return await read(worker, AbortSignal.timeout(maxMs))
    } finally {
      await worker.terminate()
    }
  })
  last = reading.catch(() => {})
  return reading
}
