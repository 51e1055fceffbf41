import type { DatabaseMode } from './engine.ts'

interface CommonConfig {
  /** What callers call it. */
  readonly name: string
  /** Default: `read-only`. */
  readonly mode?: DatabaseMode | undefined
  /** What is in it, for whoever looks for something. */
  readonly description?: string | undefined
}

/** PostgreSQL in this process, in a worker thread. */
export interface PgliteConfig extends CommonConfig {
  readonly engine: 'pglite'
  /** Where it is kept. Default: in memory, gone when the server closes. */
  readonly folder?: string | undefined
}

/** A SQLite file. */
export interface SqliteConfig extends CommonConfig {
  readonly engine: 'sqlite'
  /** Made where it is not there, unless the mode is `read-only`. */
  readonly file: string
}

/** A PostgreSQL server. */
export interface PostgresConfig extends CommonConfig {
  readonly engine: 'postgres'
  /** `postgres://user:password@host:5432/database`. */
  readonly url: string
  /** The most connections at once. Default: 10. */
  readonly maxConnections?: number | undefined
  /** Whether its user may be a superuser in mode `read-only`. Default: false. */
  readonly allowSuperuser?: boolean | undefined
}

/** A MySQL or MariaDB server. */
export interface MysqlConfig extends CommonConfig {
  readonly engine: 'mysql'
  /** `mysql://user:password@host:3306/database`. */
  readonly url: string
  /** The most connections at once. Default: 10. */
  readonly maxConnections?: number | undefined
  /** Whether its user may have administrative rights in mode `read-only`. Default: false. */
  readonly allowSuperuser?: boolean | undefined
}

/** One database that the server offers. */
export type DatabaseConfig = PgliteConfig | SqliteConfig | PostgresConfig | MysqlConfig
