import { startThread } from '../worker-channel.ts'
import { linkWorker } from '../worker-link.ts'
import { parsePostgres } from './postgres-parser.ts'
import type { PostgresReading } from './postgres-reading.ts'

/** What the worker thread offers. */
interface ParseWorker {
  parse(sql: string): Promise<PostgresReading>
}

/** The longest statement that is parsed on the event loop: about 15 ms of work at the worst. */
const maxOnLoop = 4096

const maxMs = 10_000

let last: Promise<unknown> = Promise.resolve()

/** Parses a statement: a short one here, a long one in a thread that lives as long as that takes. */
export function parseOffLoop(sql: string): Promise<PostgresReading> {
  if (sql.length <= maxOnLoop) return parsePostgres(sql)
  // One after the other, so that many long statements at once do not take all processors.
  const parsed = last.then(() => parseInThread(sql))
  last = parsed.catch(() => {})
  return parsed
}

async function parseInThread(sql: string): Promise<PostgresReading> {
  const worker = linkWorker<ParseWorker>(
    startThread(import.meta.resolve('@mcp/server-database/parse-worker')),
  )
  try {
    return await worker.call('parse', sql, AbortSignal.timeout(maxMs))
  } finally {
    await worker.terminate()
  }
}
