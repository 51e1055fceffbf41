import type { EngineTransaction } from '../../engines/engine-transaction.ts'
import type { CheckedStatement, CheckOptions, SqlGuard } from '../sql-guard.ts'
import { readPostgresOffLoop } from '../parse-off-loop.ts'
import { offsetOfByte } from './postgres-parser.ts'
import { judgeFunction, canReferTo } from './postgres-functions.ts'
import { lookUpFunctions } from './postgres-catalog.ts'
import type { NameUse, PostgresReading } from './postgres-reading.ts'
import { checkText, notAllowed } from '../refusal.ts'
import type { GuardLevel } from '../guard-level.ts'
import { guardLevel, refuseKind } from '../guard-level.ts'

/** Maximum number of function bodies that are checked for one statement. */
const maxBodies = 20

/** Creates the guard of PostgreSQL and PGlite. The first statement loads the parser. */
export function createPostgresGuard(): SqlGuard {
  return {
    async check(sql: string, options: CheckOptions): Promise<CheckedStatement> {
      checkText(sql)
      const reading = await readPostgresOffLoop(sql)
      const level = guardLevel(options)
      const refuse = (location: number, what: string) =>
        notAllowed(sql, offsetOfByte(sql, location), what)

      refuseKind(reading, level, (what) => refuse(0, what))
      refuseFindings(reading, level, refuse)
      const statement = {
        kind: reading.kind === 'never' ? 'admin' : reading.kind,
        commitsImplicitly: false,
      }
      if (level === 'admin' || reading.uses.length === 0) return statement
      return {
        ...statement,
        verify: (transaction, signal) =>
          verify(reading.uses, { level, refuse, transaction, signal }),
      }
    },
  }
}

type Refuse = (location: number, what: string) => Error

function refuseFindings({ findings }: PostgresReading, level: GuardLevel, refuse: Refuse): void {
  for (const { what, requires, location } of findings) {
    if (level === 'read' || (level === 'data' && requires === 'admin')) {
      throw refuse(location, `${what}. Use execute in a database with mode "${requires}".`)
    }
  }
}

interface Verification {
  readonly level: 'read' | 'data'
  readonly refuse: Refuse
  readonly transaction: EngineTransaction
  readonly signal: AbortSignal
}

async function verify(uses: readonly NameUse[], verification: Verification): Promise<void> {
  const { level, refuse, transaction, signal } = verification
  const waiting: { uses: readonly NameUse[]; inside?: number }[] = [{ uses }]
  const read = new Set<string>()

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { uses: names, inside } = next
    const functions = await lookUpFunctions(names, transaction, signal)
    for (const use of names) {
      for (const candidate of functions.filter((each) => canReferTo(use, each))) {
        const location = inside ?? use.location
        const judgement = judgeFunction(candidate, level)
        if (judgement.verdict === 'refused') throw refuse(location, `${judgement.reason}.`)
        if (judgement.verdict === 'read-body' && !read.has(judgement.body)) {
          read.add(judgement.body)
          if (read.size > maxBodies) throw refuse(location, 'Too many nested function calls.')
          waiting.push({ uses: await readBody(judgement.body), inside: location })
        }

        async function readBody(body: string): Promise<readonly NameUse[]> {
          const name = `${candidate.schema}.${candidate.functionName}(…)`
          const reading = await readPostgresOffLoop(body).catch(() => undefined)
          if (reading?.kind === 'read' && reading.findings.length === 0) return reading.uses
          throw refuse(location, `${name} does not only read, or its body cannot be checked.`)
        }
      }
    }
  }
}
