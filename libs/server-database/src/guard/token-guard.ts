import type { SqlGuard } from './sql-guard.ts'
import { guardLevel, refuseKind } from './guard-level.ts'
import { readMysqlOffLoop, readSqliteOffLoop } from './parse-off-loop.ts'
import { checkText, notAllowed } from './refusal.ts'
import { findStoredFunction } from './mysql/mysql-routines.ts'
import type { TokenReading } from './token-reading.ts'

/** Creates the guard of MySQL and MariaDB. */
export function createMysqlGuard(): SqlGuard {
  return createTokenGuard(readMysqlOffLoop, findStoredFunction)
}

/** Creates the guard of SQLite. */
export function createSqliteGuard(): SqlGuard {
  return createTokenGuard(readSqliteOffLoop)
}

function createTokenGuard(
  read: (sql: string) => Promise<TokenReading>,
  findRoutine?: typeof findStoredFunction,
): SqlGuard {
  return {
    async check(sql, options) {
      checkText(sql)
      const reading = await read(sql)
      const level = guardLevel(options)
      for (const { what, token, requires } of reading.findings) {
        if (requires === 'never')
          throw notAllowed(sql, token.start, `${what}. No mode allows this.`)
        if (level === 'read' || (level === 'data' && requires === 'admin')) {
          throw notAllowed(
            sql,
            token.start,
            `${what}. Use execute in a database with mode "${requires}".`,
          )
        }
      }
      const { kind, commitsImplicitly, possibleRoutines } = reading
      refuseKind(reading, level, (what) => notAllowed(sql, 0, what))
      const statement = { kind: kind === 'never' ? 'admin' : kind, commitsImplicitly }
      if (findRoutine === undefined || level !== 'read' || possibleRoutines.length === 0) {
        return statement
      }
      return {
        ...statement,
        async verify(transaction, signal) {
          const found = await findRoutine(possibleRoutines, transaction, signal)
          if (found === undefined) return
          const what = `${found.text}(…) is a stored function of this database. Use execute in a database with mode "data".`
          throw notAllowed(sql, found.start, what)
        },
      }
    },
  }
}
