export type {
  DatabaseConfig,
  MysqlConfig,
  PgliteConfig,
  PostgresConfig,
  SqliteConfig,
} from './engines/database-config.ts'
export { databaseServer } from './database-server.ts'
export type { DatabaseServerOptions } from './database-server.ts'
export type { DatabaseMode } from './engines/engine.ts'
