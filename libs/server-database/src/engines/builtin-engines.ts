import { mysql } from './mysql/mysql-definition.ts'
import { pglite } from './pglite/pglite-definition.ts'
import { postgres } from './postgres/postgres-definition.ts'
import { sqlite } from './sqlite/sqlite-definition.ts'
import type { EngineDefinition } from './engine-definition.ts'

/**
 * The engines of this package. A new engine needs its folder and a line here; with an SQL dialect of its
 * own also a guard in `guard/<dialect>` with a line in `guard/parse-worker.ts`.
 */
export const builtinEngines = [pglite, postgres, mysql, sqlite] as const

/** The configuration of a database, as its engine defines it. */
export type ConfigOf<Definition> =
  Definition extends EngineDefinition<infer Config> ? Config : never

/** The configuration of a database with an engine of this package. */
export type DatabaseConfig = ConfigOf<(typeof builtinEngines)[number]>

export type BuiltinEngineName = DatabaseConfig['engine']
