import { createSemaphore } from '@mcp/concurrency'
import type { WorkerLink } from '@mcp/sandbox/long-lived'
import { linkWorker, startThread } from '@mcp/sandbox/long-lived'

import { workerExited } from '../engines/worker-exited.ts'
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

// Maximum lengths of statements that are parsed on the event loop. Parsing them takes at most 15 ms.
const maxPostgresLength = 4096
const maxTokenLength = 8192

/** Timeout of parsing in the worker thread, in milliseconds. */
const parseTimeoutMs = 10_000

/** Parses a statement of PostgreSQL. A long statement is parsed in a worker thread. */
export async function readPostgresOffLoop(sql: string): Promise<PostgresReading> {
  if (sql.length <= maxPostgresLength) return parsePostgres(sql)
  return inThread((worker, signal) => worker.call('postgresql', sql, signal))
}

/** Parses a statement of MySQL or MariaDB. A long statement is parsed in a worker thread. */
export async function readMysqlOffLoop(sql: string): Promise<TokenReading> {
  if (sql.length <= maxTokenLength) return readMysql(sql)
  return inThread((worker, signal) => worker.call('mysql', sql, signal))
}

/** Parses a statement of SQLite. A long statement is parsed in a worker thread. */
export async function readSqliteOffLoop(sql: string): Promise<TokenReading> {
  if (sql.length <= maxTokenLength) return readSqlite(sql)
  return inThread((worker, signal) => worker.call('sqlite', sql, signal))
}

// Only one worker thread runs at a time, so that many long statements do not occupy all processors.
const queue = createSemaphore({ limit: 1 })

function inThread<Reading>(
  read: (worker: WorkerLink<ParseWorker>, signal: AbortSignal) => Promise<Reading>,
): Promise<Reading> {
  return queue.run(async () => {
    const worker = linkWorker<ParseWorker>(
      startThread(import.meta.resolve('@mcp/server-database/parse-worker')),
      workerExited,
    )
    try {
      return await read(worker, AbortSignal.timeout(parseTimeoutMs))
    } finally {
      await worker.terminate()
    }
  })
}
