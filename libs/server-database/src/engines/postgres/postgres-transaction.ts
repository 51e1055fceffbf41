import type { Access, EngineCursor, EngineTransaction } from '../engine.ts'
import { pgError } from '../pg-dialect/pg-error.ts'
import { pgExplain } from '../pg-dialect/pg-explain.ts'
import { sqlError } from '../sql-error.ts'
import { orAborted, stoppable } from '../stoppable.ts'
import type { PostgresConnection, PostgresConnections } from './postgres-connections.ts'
import { postgresError } from './postgres-error.ts'
import type { PortalField } from './postgres-portal.ts'
import { closePortal, openPortal, parseOnly, readPortal } from './postgres-portal.ts'
import { nameColumns } from './type-names.ts'

export interface PostgresTransactionOptions {
  readonly connections: PostgresConnections
  readonly connection: PostgresConnection
  readonly access: Access
  /** Names of types that did not come with the server, by oid. */
  readonly typeNames: Map<number, string>
}

/** A transaction on a connection that has begun it. The connection is given back when it is over. */
export function createPostgresTransaction(options: PostgresTransactionOptions): EngineTransaction {
  const { connections, connection, access, typeNames } = options
  const { client } = connection
  let over = false
  let open: EngineCursor | undefined
  let hasSavepoint = false

  const lost = () => {
    over = true
    void connections.release(connection, 'close')
  }
  // The server ends connections too: one that lay idle for too long, or all when it stops.
  client.once('end', lost)

  function check(): void {
    if (over) throw sqlError({ kind: 'transaction-over', message: 'The transaction is over.' })
  }

  /** Ends it, however that goes, and gives the connection back. */
  async function end(command: 'COMMIT' | 'ROLLBACK', signal?: AbortSignal): Promise<string> {
    over = true
    client.off('end', lost)
    try {
      const running = client.query(command)
      const answer = await (signal === undefined ? running : orAborted(running, signal))
      await connections.release(connection, access === 'read-only' ? 'reuse' : 'reset')
      return answer.command
    } catch (error) {
      await connections.release(connection, 'close')
      signal?.throwIfAborted()
      throw postgresError(error)
    }
  }

  const rollBack = async (): Promise<void> => {
    await end('ROLLBACK').catch(() => {})
  }

  async function call<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    check()
    try {
      return await stoppable(work, {
        signal,
        stop: () => {
          over = true
          return connections.cancel(connection)
        },
        onStopped: rollBack,
        onStuck: () => connections.release(connection, 'close'),
      })
    } catch (error) {
      signal.throwIfAborted()
      throw postgresError(error)
    }
  }

  /** A statement within a savepoint: where it fails, the transaction goes on without it. */
  async function guarded<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work()
    } catch (error) {
      open = undefined
      if (!over) await client.query('ROLLBACK TO SAVEPOINT mcp_statement').catch(() => {})
      throw error
    }
  }

  async function startStatement(): Promise<void> {
    await closeCursor()
    await client.query(
      `${hasSavepoint ? 'RELEASE SAVEPOINT mcp_statement; ' : ''}SAVEPOINT mcp_statement`,
    )
    hasSavepoint = true
  }

  async function closeCursor(): Promise<void> {
    if (open === undefined) return
    open = undefined
    await closePortal(client)
  }

  function run(...[sql, params, { maxRows, signal }]: Parameters<EngineTransaction['run']>) {
    return call(signal, async () => {
      await startStatement()
      return guarded(async () => {
        // Not sent where its caller went in the meantime.
        check()
        const { fields, ...batch } = await openPortal(client, sql, params, maxRows)
        const columns = await nameColumns(client, fields, typeNames)
        if (!batch.more) return { ...batch, columns }
        open = createCursor(fields)
        return { ...batch, columns, cursor: open }
      })
    })
  }

  function createCursor(fields: readonly PortalField[]): EngineCursor {
    const cursor: EngineCursor = {
      async read({ maxRows, signal }) {
        check()
        if (open !== cursor) {
          throw sqlError({ kind: 'transaction-over', message: 'The cursor is closed.' })
        }
        return call(signal, () =>
          guarded(async () => {
            const { rows, more, affectedRows } = await readPortal(client, fields, maxRows)
            return { rows, more, affectedRows }
          }),
        )
      },
      async close() {
        if (!over && open === cursor) await closeCursor()
      },
    }
    return cursor
  }

  return {
    run,
    async prepare(sql, { signal }) {
      await call(signal, async () => {
        await startStatement()
        await guarded(() => parseOnly(client, sql))
      })
    },
    async explain(sql, params, { analyze, signal }) {
      const { rows } = await run(pgExplain(sql, { analyze }), params, { maxRows: 1, signal })
      return rows[0]?.[0] ?? null
    },
    async commit({ signal }) {
      check()
      // A transaction that failed is rolled back by COMMIT, and only the answer tells.
      if ((await end('COMMIT', signal)) !== 'COMMIT') {
        throw pgError({ code: '40000', message: 'The transaction had failed and was rolled back' })
      }
    },
    async rollback() {
      // Where that fails, the server rolls back when the connection is closed.
      if (!over) await rollBack()
    },
  }
}
