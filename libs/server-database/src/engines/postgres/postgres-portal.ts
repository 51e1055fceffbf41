import type { Client, Connection } from 'pg'

import type { RowBatch } from '../engine-transaction.ts'
import { affectedRows } from '../pg-dialect/affected-rows.ts'
import { toPgTexts } from '../pg-dialect/pg-param.ts'
import type { PgTypes } from '../pg-dialect/pg-types.ts'
import type { SqlParam } from '../sql-value.ts'
import type { Exchange, PortalField } from './postgres-exchange.ts'
import { startExchange } from './postgres-exchange.ts'
import { loadTypes } from './load-types.ts'

/** The open statement of a connection. A connection has at most one. */
export interface Portal {
  /** Starts a statement by the extended protocol, which accepts only one, and reads its first rows. */
  open(sql: string, params: readonly SqlParam[], maxRows: number): Promise<RowBatch>
  /** Reads more rows of the open statement. */
  read(maxRows: number): Promise<RowBatch>
  /** Columns of the open statement. */
  readonly fields: readonly PortalField[]
  /** Whether the server has sent all requested rows, so that the connection can run a query. */
  readonly idle: boolean
  /** Discards the rows that the server is still sending. A later query runs after the last of these rows. */
  discard(): void
  /** Closes the open statement, if there is one. */
  close(): Promise<void>
}

const name = 'mcp_cursor'

/**
 * Creates the portal of a connection.
 *
 * Each exchange ends with a Sync. The package `pg-cursor` sends a Sync only when it closes the cursor. Until
 * the Sync, the server would count the time between two pages as time of the statement instead of idle time,
 * and would not respond to other queries.
 */
export function createPortal(client: Client, types: PgTypes): Portal {
  let current: Exchange | undefined
  // Number of rows that were received in earlier exchanges of the statement.
  let earlierRows = 0

  async function readBatch(exchange: Exchange): Promise<RowBatch> {
    const rows = await exchange.read()
    if (!exchange.ended) return { rows, more: true }
    current = undefined
    const before = earlierRows
    earlierRows += exchange.received
    // The command tag of a statement with RETURNING counts only the rows of the last exchange.
    const changed = affectedRows(exchange.commandTag)
    return {
      rows,
      more: exchange.suspended,
      affectedRows: changed === undefined ? undefined : before + changed,
    }
  }

  function start(send: (connection: Connection) => void): Promise<RowBatch> {
    current = startExchange(client, portal.fields, send, types.read)
    const exchange = current
    return readBatch(exchange).finally(() => {
      fields = exchange.fields
    })
  }

  let fields: readonly PortalField[] = []
  const portal: Portal = {
    get fields() {
      return fields
    },
    get idle() {
      return current === undefined
    },
    async open(sql, params, maxRows) {
      fields = []
      earlierRows = 0
      const values = await toPgTexts(params, types, async () => {
        const oids = await describeParams(client, sql)
        await loadTypes(client, types, oids)
        return oids
      })
      return start((connection) => {
        // The previous portal remains after its rows are read. Closing a missing portal succeeds.
        connection.close({ type: 'P', name }, true)
        connection.parse({ name: '', text: sql, types: [] }, true)
        connection.bind({ portal: name, values }, true)
        connection.describe({ type: 'P', name }, true)
        connection.execute({ portal: name, rows: String(maxRows) }, true)
      })
    },
    read(maxRows) {
      if (current !== undefined) return readBatch(current)
      return start((connection) =>
        connection.execute({ portal: name, rows: String(maxRows) }, true),
      )
    },
    discard() {
      current?.discard()
      current = undefined
    },
    async close() {
      portal.discard()
      await startExchange(client, [], (connection) =>
        connection.close({ type: 'P', name }, true),
      ).read()
    },
  }
  return portal
}

/**
 * Parses and analyzes a statement on the server without running it. Returns the types of its placeholders.
 */
export async function describeParams(client: Client, sql: string): Promise<readonly number[]> {
  let oids: readonly number[] = []
  const described = (message: { readonly dataTypeIDs: readonly number[] }): void => {
    oids = message.dataTypeIDs
  }
  const { connection } = client
  connection.once('parameterDescription', described)
  try {
    await startExchange(client, [], () => {
      connection.parse({ name: '', text: sql, types: [] }, true)
      connection.describe({ type: 'S', name: '' }, true)
    }).read()
  } finally {
    connection.off('parameterDescription', described)
  }
  return oids
}
