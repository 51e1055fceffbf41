import type { ClientBase, Connection } from 'pg'

import type { RowBatch } from '../engine-transaction.ts'
import type { Row, SqlParam } from '../sql-value.ts'
import { affectedRows } from '../pg-dialect/affected-rows.ts'
import { toPgText } from '../pg-dialect/pg-param.ts'
import { readPgValue } from '../pg-dialect/pg-value.ts'

/** A column as the server describes it. */
export interface PortalField {
  readonly name: string
  readonly dataTypeID: number
}

export interface PortalBatch extends RowBatch {
  readonly fields: readonly PortalField[]
}

// At most one is open, within its transaction.
const portal = 'mcp_cursor'

/**
 * Starts a statement by the extended protocol, which accepts only one, and reads its first rows.
 *
 * Each step ends with a Sync. `pg-cursor` sends it only at the close: until then the server would count
 * the time between two pages as time of the statement instead of idle time, and respond to nothing else.
 */
export function openPortal(
  client: ClientBase,
  sql: string,
  params: readonly SqlParam[],
  maxRows: number,
): Promise<PortalBatch> {
  return exchange(client, [], (connection) => {
    // The last portal remains after its rows are read. Closing a missing one succeeds.
    connection.close({ type: 'P', name: portal }, true)
    connection.parse({ name: '', text: sql, types: [] }, true)
    connection.bind({ portal, values: params.map(toPgText) }, true)
    connection.describe({ type: 'P', name: portal }, true)
    connection.execute({ portal, rows: String(maxRows) }, true)
  })
}

/** Reads more rows of the open statement. */
export function readPortal(
  client: ClientBase,
  fields: readonly PortalField[],
  maxRows: number,
): Promise<PortalBatch> {
  return exchange(client, fields, (connection) =>
    connection.execute({ portal, rows: String(maxRows) }, true),
  )
}

/** Discards the rows of the open statement, if there is one. */
export async function closePortal(client: ClientBase): Promise<void> {
  await exchange(client, [], (connection) => connection.close({ type: 'P', name: portal }, true))
}

/** Parses and analyzes a statement on the server without running it. */
export async function parseOnly(client: ClientBase, sql: string): Promise<void> {
  await exchange(client, [], (connection) => {
    connection.parse({ name: '', text: sql, types: [] }, true)
    connection.describe({ type: 'S', name: '' }, true)
  })
}

/** Sends messages and a Sync, and collects the responses until the server is ready again. */
function exchange(
  client: ClientBase,
  known: readonly PortalField[],
  send: (connection: Connection) => void,
): Promise<PortalBatch> {
  return new Promise((resolve, reject) => {
    let fields = known
    let more = false
    let changed: number | undefined
    const rows: Row[] = []

    // `pg` calls these methods by name, as for its own queries.
    client.query({
      submit(connection: Connection) {
        connection.stream.cork()
        send(connection)
        connection.sync()
        connection.stream.uncork()
      },
      handleRowDescription(message: { fields: readonly PortalField[] }) {
        fields = message.fields
      },
      handleDataRow({ fields: values }: { fields: readonly (string | null)[] }) {
        rows.push(values.map((text, index) => readPgValue(fields[index]?.dataTypeID ?? 0, text)))
      },
      handleCommandComplete({ text }: { text: string }) {
        changed = affectedRows(text)
      },
      handlePortalSuspended() {
        more = true
      },
      handleCopyInResponse(connection: { sendCopyFail(reason: string): void }) {
        connection.sendCopyFail('COPY from the client is not supported.')
      },
      handleCopyData() {},
      handleParseComplete() {},
      handleEmptyQuery() {},
      handleError: reject,
      handleReadyForQuery: () => resolve({ fields, rows, more, affectedRows: changed }),
    })
  })
}
