import { database } from '@mcp/contracts/database'
import { createRequest, isRecord } from '@mcp/protocol'
import type { ExampleSession } from '@mcp/testing'
import { itRunsItsExamples } from '@mcp/testing'
import { expect, vi } from 'vitest'

import { cacheFolder } from './fixtures/cached-folder.ts'
import { databaseServer } from './database-server.ts'

const makeNotes =
  'CREATE TABLE IF NOT EXISTS notes (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, body text NOT NULL)'

async function makeTable(session: ExampleSession): Promise<void> {
  await session.call('execute', { sql: makeNotes })
}

/** Returns a value, such as a handle, from the result of a call. */
function read(result: unknown, key: string): unknown {
  return isRecord(result) && key in result ? result[key] : expect.fail(`Missing ${key}.`)
}

/** Creates a server whose PGlite has started, so that no example waits for the start. */
async function startServer() {
  const server = databaseServer({ checkResults: true, cacheFolder })
  const request = createRequest('database-operation', { operation: 'listSchemas' })
  const deadline = Date.now() + 60_000
  await server.process(request, { signal: new AbortController().signal, deadline })
  return server
}

itRunsItsExamples(database, async () => ({
  server: await startServer(),
  async prepare({ operation, params }, session) {
    if (operation === 'fetchPage') {
      const sql = 'SELECT id FROM generate_series(1, 5) AS id'
      const first = await session.call('query', { sql, maxRows: 2 })
      return { ...params, cursor: read(first, 'nextCursor') }
    }
    if (operation === 'commit' || operation === 'rollback') {
      // The transaction of the example before is refused as one too many until it has expired.
      const begun = await vi.waitFor(() => session.call('begin'), { timeout: 10_000 })
      return { ...params, transactionId: read(begun, 'transactionId') }
    }
    // PGlite has one transaction at a time, and the examples that follow need it.
    if (operation === 'begin') return { ...params, timeoutMs: 1 }
    await makeTable(session)
    return params
  },
}))
