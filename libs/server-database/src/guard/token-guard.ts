import type { SqlGuard } from './sql-guard.ts'
import { guardLevel, refuseKind } from './guard-level.ts'
import { readMysqlOffLoop, readSqliteOffLoop } from './parse-off-loop.ts'
import { checkText, notAllowed } from './refusal.ts'
import type { TokenReading } from './token-reading.ts'

/** Guards MySQL and MariaDB. */
export function createMysqlGuard(): SqlGuard {
  return createTokenGuard(readMysqlOffLoop)
}

/** Guards SQLite. */
export function createSqliteGuard(): SqlGuard {
  return createTokenGuard(readSqliteOffLoop)
}

function createTokenGuard(read: (sql: string) => Promise<TokenReading>): SqlGuard {
  return {
    async check(sql, options) {
      checkText(sql)
      const reading = await read(sql)
      const level = guardLevel(options)
      for (const { what, token, requires } of reading.findings) {
        if (requires === 'never') throw notAllowed(sql, token.start, `${what}; no mode allows it.`)
        if (level === 'read' || (level === 'data' && requires === 'admin')) {
          throw notAllowed(sql, token.start, `${what}; that needs execute, in mode "${requires}".`)
        }
      }
      const { kind, commitsByItself } = reading
      refuseKind(reading, level, (what) => notAllowed(sql, 0, what))
      return { kind: kind === 'never' ? 'admin' : kind, commitsByItself }
    },
  }
}
