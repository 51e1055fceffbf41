import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { Connection } from 'mysql2/promise'
import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { attackedSchemas } from '../../fixtures/attacks.ts'
import { randomMysqlStatement, seededRandom } from '../../fixtures/mysql-statements.ts'
import type { TestMariadb } from '../../fixtures/start-mariadb.ts'
import { mariadbMissing, startMariadb } from '../../fixtures/start-mariadb.ts'
import { readTokens } from '../lexer.ts'
import { createMysqlGuard } from '../token-guard.ts'
import { isName, isSymbol } from '../token-reading.ts'
import { mysqlLexicalRules } from './mysql-lexer.ts'

const count = Number(process.env['GUARD_STATEMENTS'] ?? 3000)
const seed = Number(process.env['GUARD_SEED'] ?? 1)
const batchSize = 50

// State that a statement leaves unchanged if it only reads.
const state = `
  SELECT (SELECT count(*) FROM information_schema.USER_VARIABLES) AS variables,
         (SELECT coalesce(sum(trx_rows_locked + trx_tables_locked), 0) + 0 FROM information_schema.INNODB_TRX
           WHERE trx_mysql_thread_id = CONNECTION_ID()) AS locks,
         LAST_INSERT_ID() AS lastId, IS_USED_LOCK('g') AS userLock, IS_USED_LOCK('a') AS storedLock,
         (SELECT group_concat(id, note) FROM shop.kept) AS kept,
         (SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop') AS tables`

describe.skipIf(mariadbMissing)(`${count} generated statements`, () => {
  let mariadb: TestMariadb
  let connection: Connection
  const guard = createMysqlGuard()
  const file = () => join(mariadb.folder, 'escaped')

  beforeAll(async () => {
    mariadb = await startMariadb()
    for (const sql of attackedSchemas.mysql) await mariadb.admin(sql)
    // This user has all rights, and no transaction is read-only, so that only the guard prevents an effect.
    connection = await createConnection({
      uri: mariadb.adminUrl,
      charset: 'utf8mb4',
      flags: ['-IGNORE_SPACE'],
    })
  }, 60_000)
  afterAll(async () => {
    await connection?.end()
    await mariadb?.stop()
  }, 60_000)

  async function reset(): Promise<void> {
    await connection.query('ROLLBACK')
    await connection.changeUser({})
    await connection.query("SET NAMES utf8mb4, sql_mode = 'STRICT_TRANS_TABLES', autocommit = 0")
    await connection.query("REPLACE INTO kept VALUES (1, 'a')")
    await connection.query('DELETE FROM kept WHERE id <> 1')
    await connection.query('COMMIT')
    await rm(file(), { force: true })
    await connection.query('START TRANSACTION')
  }

  const observe = async () =>
    JSON.stringify([(await connection.query(state))[0], existsSync(file())])

  /** Runs a statement as the engine does. Returns its rows, or undefined if the server refuses it. */
  async function run(sql: string): Promise<string | undefined> {
    try {
      const [rows, fields]: [unknown, unknown] = await connection.execute({
        sql,
        rowsAsArray: true,
      })
      connection.unprepare(sql)
      return Array.isArray(fields) && fields.length > 0 ? JSON.stringify(rows) : 'no columns'
    } catch {
      return undefined
    }
  }

  async function isAllowed(sql: string): Promise<boolean> {
    const checked = await guard
      .check(sql, { mode: 'read-only', access: 'read-only' })
      .catch(() => undefined)
    // The names of the fixture's stored functions are refused at the server: see mysql-routines.test.ts.
    return checked !== undefined && checked.verify === undefined
  }

  it('only read if the guard allows them', async () => {
    const random = seededRandom(seed)
    const counts = { allowed: 0, valid: 0 }
    const failures: string[] = []
    await reset()
    const unchanged = await observe()
    for (let done = 0; done < count; done += batchSize) {
      const batch: string[] = []
      for (let index = 0; index < batchSize; index += 1) {
        const sql = randomMysqlStatement(random, file())
        if (await isAllowed(sql)) batch.push(sql)
      }
      counts.allowed += batch.length
      for (const sql of batch) {
        const result = await run(sql)
        if (result !== undefined) counts.valid += 1
        // A statement that stores its result returns no columns.
        if (result === 'no columns') failures.push(`no columns: ${sql}`)
      }
      if ((await observe()) === unchanged) continue
      for (const sql of batch) {
        await reset()
        await run(sql)
        const after = await observe()
        if (after !== unchanged) failures.push(`${after}: ${sql}`)
      }
      await reset()
    }
    console.info(
      `seed ${seed}: ${count} generated, ${counts.allowed} allowed, ${counts.valid} valid`,
    )
    expect(failures).toEqual([])
    expect(counts.valid).toBeGreaterThan(count / 50)
  }, 3_600_000)

  it('have the token boundaries that the server sees', async () => {
    const random = seededRandom(seed + 1)
    const failures: string[] = []
    let compared = 0
    await reset()
    for (let done = 0; done < count; done += 1) {
      const sql = randomMysqlStatement(random, file())
      if (!(await isAllowed(sql))) continue
      const tokens = readTokens(sql, mysqlLexicalRules)
      // In these, white space has a meaning.
      const isSensitive = tokens.some(
        (token, index) =>
          ['.', '@', '!', '|', '<', '>', ':'].some((symbol) => isSymbol(token, symbol)) ||
          token.kind === 'variable' ||
          (isName(token) && isSymbol(tokens[index + 1], '(')) ||
          (token.kind === 'word' && tokens[index + 1]?.kind === 'string') ||
          (token.kind === 'string' && tokens[index + 1]?.kind === 'string'),
      )
      if (isSensitive) continue
      compared += 1
      const spaced = tokens.map(({ text }) => text).join(' ')
      const [original, separated] = [await run(sql), await run(spaced)]
      if (original !== separated) failures.push(`${original} / ${separated}: ${sql}`)
    }
    console.info(`seed ${seed + 1}: ${compared} compared`)
    expect(failures).toEqual([])
    expect(compared).toBeGreaterThan(count / 50)
  }, 3_600_000)
})
