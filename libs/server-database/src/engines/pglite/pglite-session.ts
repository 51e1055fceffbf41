import type { PGlite } from '@electric-sql/pglite'
import { messages, protocol } from '@electric-sql/pglite'

import type { Access, Isolation } from '../engine-transaction.ts'
import type { Column, Row, SqlParam } from '../sql-value.ts'
import { affectedRows } from '../pg-dialect/affected-rows.ts'
import { pgError } from '../pg-dialect/pg-error.ts'
import { pgMessageFormat } from '../pg-dialect/pg-message-format.ts'
import { toPgTexts } from '../pg-dialect/pg-param.ts'
import { createPgTypes } from '../pg-dialect/pg-types.ts'
import { createSizeCheck } from '../remote/guard-stream.ts'
import { maxBatchBytes, maxRowBytes, rowTooLarge } from '../size-limit.ts'
import { exitOnCrash } from './exit-on-crash.ts'
import { grownMemory } from './limit-memory.ts'
import type { OpenPgliteOptions } from './open-pglite.ts'
import { openPglite } from './open-pglite.ts'

const { Parser, serialize } = protocol

export interface PgliteBatch {
  readonly rows: readonly Row[]
  readonly more: boolean
  readonly affectedRows: number | undefined
}

export interface PgliteStart extends PgliteBatch {
  readonly columns: readonly Column[]
}

/** Methods of the worker thread. They share one PostgreSQL session, because PGlite has only one. */
export interface PgliteSession {
  open(options: OpenPgliteOptions & { readonly asSuperuser: boolean }): Promise<void>
  begin(options: {
    readonly access: Access
    readonly isolation: Isolation | undefined
  }): Promise<void>
  run(statement: {
    readonly sql: string
    readonly params: readonly SqlParam[]
    readonly maxRows: number
  }): Promise<PgliteStart>
  read(options: { readonly maxRows: number }): Promise<PgliteBatch>
  closeCursor(input: undefined): Promise<void>
  prepare(statement: { readonly sql: string }): Promise<void>
  /** Ends the transaction. `mustReplace`: the memory has grown so much that the thread must be replaced. */
  end(options: { readonly how: 'COMMIT' | 'ROLLBACK' }): Promise<{ readonly mustReplace: boolean }>
  close(input: undefined): Promise<void>
}

type ServerMessage = Parameters<Parameters<InstanceType<typeof Parser>['parse']>[1]>[0]

/**
 * Maximum size of all messages of one response, in bytes. They are held in memory until the response ends,
 * because PGlite blocks the thread until then.
 */
const maxResponseBytes = 4 * maxRowBytes

/**
 * Maximum number of rows in the first response to a statement, and in each further one. The first number is
 * small, because the size of the rows is still unknown.
 */
const stepRows = { first: 4, max: 128 }

/**
 * Maximum size of the WebAssembly memory, in bytes. If the memory is larger after a transaction, the thread is
 * replaced, because the memory never shrinks.
 */
const maxMemoryBytes = 192 * 1024 * 1024

const portal = 'cursor'
const savepoint = 'mcp_statement'

// PGlite starts as a superuser, which can change system tables and thereby redefine functions. A member
// of the superuser's role owns the same objects, but has none of the superuser's other privileges.
const becomeUser = `
  DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'mcp_user') THEN
      CREATE ROLE mcp_user;
      GRANT postgres TO mcp_user;
    END IF;
  END $$;
  SET ROLE mcp_user`

/** Creates a session. It limits rows with a portal of PostgreSQL's protocol and does not change the SQL. */
// This function is one state machine. Its methods share the portal and the savepoint of the session.
// oxlint-disable-next-line max-lines-per-function
export function createPgliteSession(): PgliteSession {
  let opened: PGlite | undefined
  let fields: readonly InstanceType<typeof messages.RowDescriptionMessage>['fields'][number][] = []
  let insideSavepoint = false
  // Number of rows that were read in earlier batches of the statement.
  let earlierRows = 0
  const types = createPgTypes()

  async function exchange(...request: readonly Uint8Array[]): Promise<readonly ServerMessage[]> {
    if (opened === undefined) throw new Error('The database is not open.')
    const chunks: Uint8Array[] = []
    const checkSize = createSizeCheck(pgMessageFormat)
    let bytes = 0
    let failure: unknown
    await opened.execProtocolRawStream(Buffer.concat(request), {
      // PGlite ignores an exception of this function and can then wait forever, so parsing is done below.
      onRawData(data) {
        if (failure !== undefined) return
        bytes += data.length
        try {
          if (bytes > maxResponseBytes) throw rowTooLarge()
          checkSize(Buffer.from(data.buffer, data.byteOffset, data.length))
          chunks.push(data.slice())
        } catch (error) {
          failure = error
          chunks.length = 0
        }
      },
    })
    if (failure !== undefined) throw failure
    const responses: ServerMessage[] = []
    new Parser().parse(Buffer.concat(chunks), (message) => responses.push(message))
    const refusal = responses.find((response) => response instanceof messages.DatabaseError)
    if (refusal !== undefined) throw pgError(refusal)
    return responses
  }

  const simple = (sql: string) => exchange(serialize.query(sql))

  /**
   * Rolls back to the savepoint if `run` fails. The savepoint remains until the next statement, because the
   * cursor of this statement can still fail.
   */
  async function inSavepoint<Result>(run: () => Promise<Result>): Promise<Result> {
    try {
      return await run()
    } catch (error) {
      await simple(`ROLLBACK TO SAVEPOINT ${savepoint}`)
      throw error
    }
  }

  async function startStatement(): Promise<void> {
    if (insideSavepoint) {
      await exchange(serialize.close({ type: 'P', name: portal }), serialize.sync())
      await simple(`RELEASE SAVEPOINT ${savepoint}`)
    }
    await simple(`SAVEPOINT ${savepoint}`)
    insideSavepoint = true
  }

  /** Reads rows until `maxRows` or the size of a batch is reached, or there are no more. */
  async function readBatch(maxRows: number, first: readonly ServerMessage[]): Promise<PgliteBatch> {
    const rows: Row[] = []
    let bytes = 0
    let step = addRows(first, rows)
    for (;;) {
      bytes += step.bytes
      if (!step.more || rows.length >= maxRows || bytes >= maxBatchBytes) break
      const room = Math.ceil((maxBatchBytes - bytes) / (bytes / rows.length))
      const count = Math.min(maxRows - rows.length, stepRows.max, room)
      step = addRows(await exchange(...execute(count)), rows)
    }
    if (step.more) {
      earlierRows += rows.length
      return { rows, more: true, affectedRows: undefined }
    }
    // The command tag of a statement with RETURNING counts only the rows of the last response.
    const before = earlierRows + rows.length - step.count
    const { changed } = step
    return { rows, more: false, affectedRows: changed === undefined ? undefined : before + changed }
  }

  /** Appends the rows in the messages to `rows`. Returns their number and size, and the end of the portal. */
  function addRows(responses: readonly ServerMessage[], rows: Row[]) {
    const step: { count: number; bytes: number; more: boolean; changed: number | undefined } = {
      count: 0,
      bytes: 0,
      more: false,
      changed: undefined,
    }
    for (const response of responses) {
      if (response instanceof messages.DataRowMessage) {
        step.count += 1
        step.bytes += response.length
        rows.push(
          response.fields.map((text, index) => types.read(fields[index]?.dataTypeID ?? 0, text)),
        )
      } else if (response instanceof messages.CommandCompleteMessage) {
        step.changed = affectedRows(response.text)
      } else if (response.name === 'portalSuspended') {
        step.more = true
      }
    }
    return step
  }

  /** Loads the types that are not built in. */
  async function loadTypes(oids: readonly number[]): Promise<void> {
    await types.load(oids, async (sql) =>
      (await simple(sql)).flatMap((response) =>
        response instanceof messages.DataRowMessage ? [response.fields] : [],
      ),
    )
  }

  /** Parses and analyzes a statement without running it. Returns the types of its placeholders. */
  async function describeParams(sql: string): Promise<readonly number[]> {
    const responses = await exchange(
      serialize.parse({ text: sql }),
      serialize.describe({ type: 'S' }),
      serialize.sync(),
    )
    const described = responses.find(
      (response) => response instanceof messages.ParameterDescriptionMessage,
    )
    return described?.dataTypeIDs ?? []
  }

  const execute = (maxRows: number) => [
    serialize.execute({ portal, rows: maxRows }),
    serialize.sync(),
  ]

  return {
    async open({ asSuperuser, ...options }) {
      opened = await openPglite(options)
      exitOnCrash(opened)
      if (!asSuperuser) await simple(becomeUser)
    },
    async begin({ access, isolation }) {
      const level = isolation === undefined ? '' : `ISOLATION LEVEL ${isolation.replace('-', ' ')}`
      await simple(`BEGIN ${level} ${access === 'read-only' ? 'READ ONLY' : 'READ WRITE'}`)
      insideSavepoint = false
    },
    async run({ sql, params, maxRows }) {
      await startStatement()
      return inSavepoint(async () => {
        const values = await toPgTexts(params, types, async () => {
          const oids = await describeParams(sql)
          await loadTypes(oids)
          return oids
        })
        const responses = await exchange(
          serialize.parse({ text: sql }),
          serialize.bind({ portal, values }),
          serialize.describe({ type: 'P', name: portal }),
          ...execute(Math.min(maxRows, stepRows.first)),
        )
        earlierRows = 0
        const described = responses.find(
          (response) => response instanceof messages.RowDescriptionMessage,
        )
        fields = described?.fields ?? []
        await loadTypes(fields.map(({ dataTypeID }) => dataTypeID))
        const columns: readonly Column[] = fields.map(({ name, dataTypeID }) => ({
          name,
          type: types.nameOf(dataTypeID),
        }))
        return { columns, ...(await readBatch(maxRows, responses)) }
      })
    },
    read: ({ maxRows }) =>
      inSavepoint(async () => {
        const first = await exchange(...execute(Math.min(maxRows, stepRows.max)))
        return readBatch(maxRows, first)
      }),
    async closeCursor() {
      await exchange(serialize.close({ type: 'P', name: portal }), serialize.sync())
    },
    async prepare({ sql }) {
      await startStatement()
      await inSavepoint(() => describeParams(sql))
    },
    async end({ how }) {
      const responses = await simple(how)
      const tag = responses.find((response) => response instanceof messages.CommandCompleteMessage)
      // COMMIT rolls back a failed transaction. Only the command tag shows that.
      if (how === 'COMMIT' && tag?.text !== 'COMMIT') {
        throw pgError({ code: '40000', message: 'The transaction had failed and was rolled back' })
      }
      return { mustReplace: grownMemory() > maxMemoryBytes }
    },
    async close() {
      await opened?.close()
      opened = undefined
    },
  }
}
