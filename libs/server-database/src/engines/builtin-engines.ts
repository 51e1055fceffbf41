import { mysql } from './mysql/mysql-definition.ts'
import { pglite } from './pglite/pglite-definition.ts'
import { postgres } from './postgres/postgres-definition.ts'
import { sqlite } from './sqlite/sqlite-definition.ts'
import type { EngineDefinition } from './engine-definition.ts'

/**
 * The engines of this package. A new engine needs a folder and an entry in this list. An engine with a new
 * SQL dialect also needs a guard in `guard/<dialect>`, its parser in `guard/parse-worker.ts` and
 * `guard/parse-off-loop.ts`, and an entry in `guard/token-guard.ts`.
 */
export const builtinEngines = [pglite, postgres, mysql, sqlite] as const

/** The configuration of a database, as its engine defines it. */
export type ConfigOf<Definition> =
  Definition extends EngineDefinition<infer Config> ? Config : never

/** The configuration of a database with an engine of this package. */
export type DatabaseConfig = ConfigOf<(typeof builtinEngines)[number]>

export type BuiltinEngineName = DatabaseConfig['engine']
