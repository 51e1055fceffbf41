import type { StatementGuard } from '../statement-guard.ts'
import { guardLevel, refuseKind } from './guard-level.ts'
import { readMysql } from './mysql-reading.ts'
import { checkText, notAllowed } from './refusal.ts'
import { readSqlite } from './sqlite-reading.ts'
import type { TokenReading } from './token-reading.ts'

/** Guards MySQL and MariaDB. */
export function createMysqlGuard(): StatementGuard {
  return createTokenGuard(readMysql)
}

/** Guards SQLite. */
export function createSqliteGuard(): StatementGuard {
  return createTokenGuard(readSqlite)
}

function createTokenGuard(read: (sql: string) => TokenReading): StatementGuard {
  return {
    async check(sql, options) {
      checkText(sql)
      const reading = read(sql)
      const level = guardLevel(options)
      for (const { what, token, below } of reading.findings) {
        if (below === 'never') throw notAllowed(sql, token.start, `${what}; no mode allows it.`)
        if (level === 'read' || (level === 'data' && below === 'admin')) {
          throw notAllowed(sql, token.start, `${what}; that needs execute, in mode "${below}".`)
        }
      }
      const { kind, commitsByItself } = reading
      refuseKind(reading, level, (what) => notAllowed(sql, 0, what))
      return { kind: kind === 'never' ? 'admin' : kind, commitsByItself }
    },
  }
}
