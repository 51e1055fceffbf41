import * as z from 'zod'

import type { DatabaseMode } from './database-mode.ts'
import { databaseMode } from './database-mode.ts'
import type { Engine } from './engine.ts'

/** The keys that the configuration of every database has. */
export interface CommonConfig {
  /** Name that callers use: a letter, then letters, digits, "-" and "_"; at most 64 characters. */
  readonly name: string
  /** Name of the engine. */
  readonly engine: string
  /** Default: `read-only`. */
  readonly mode?: DatabaseMode | undefined
  /** Description of the content, for callers that choose a database. */
  readonly description?: string | undefined
}

/** A database URL, as in the variable `DATABASE_URL`. */
export interface DatabaseUrl {
  /** The whole URL. */
  readonly url: string
  /** The part before the first colon. */
  readonly scheme: string
  /** The part after the colon and an optional `//`. Not empty. */
  readonly rest: string
}

export interface OpenEngineOptions {
  /** Folder for files that speed up later starts. Default: none. */
  readonly cacheFolder?: string | undefined
  /** Receives warnings for the operator of the server. Default: do nothing. */
  readonly warn?: ((message: string) => void) | undefined
}

/**
 * A kind of database that the server can open. The server and its settings use an engine only through its
 * definition.
 *
 * @example
 * export const duckdb: EngineDefinition<DuckdbConfig> = {
 *   name: 'duckdb',
 *   dialect: 'duckdb',
 *   configSchema: () =>
 *     z.strictObject({ ...commonConfig(), engine: z.literal('duckdb'), file: z.string() }),
 *   urlForm: 'duckdb:FILE',
 *   fromUrl: ({ scheme, rest }, name) =>
 *     scheme === 'duckdb' ? { name, engine: 'duckdb', file: rest } : undefined,
 *   async open(config) {
 *     const { createDuckdbEngine } = await import('./duckdb-engine.ts')
 *     return createDuckdbEngine(config)
 *   },
 * }
 * databaseServer({ engines: [duckdb], databases: [{ name: 'main', engine: 'duckdb', file: 'a.db' }] })
 */
export interface EngineDefinition<Config extends CommonConfig = CommonConfig> {
  /** Value of the key `engine` in a configuration. */
  readonly name: Config['engine']
  /** SQL dialect of the engine, such as `postgresql`. */
  readonly dialect: string
  /** Returns the schema of a configuration. It is a strict object, so that a misspelt key is an error. */
  configSchema(): z.ZodType<Config>
  /** Whether the database is a server that may be unavailable. Default: false. */
  readonly isRemote?: boolean | undefined
  /** Form of the engine's database URLs, for descriptions and error messages. */
  readonly urlForm: string
  /** Returns the configuration of the database at a URL, or `undefined` if the URL is of another engine. */
  fromUrl(url: DatabaseUrl, name: string): Config | undefined
  /** Creates the engine. Loads its libraries with a dynamic import. Does not connect to the database yet. */
  open(config: Config, options: OpenEngineOptions): Promise<Engine>
}

/** Returns the schemas of the keys of {@link CommonConfig}, except `engine`. */
export const commonConfig = () => ({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,63}$/i, 'must be letters, digits, - and _, the first a letter'),
  mode: databaseMode().optional(),
  description: z.string().optional(),
})
