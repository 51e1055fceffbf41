export { databaseServer } from './database-server.ts'
export type { DatabaseLog } from './transactions/database-availability.ts'
export type { DatabaseServerOptions } from './database-server.ts'
export { builtinEngines } from './engines/builtin-engines.ts'
export type { ConfigOf, DatabaseConfig } from './engines/builtin-engines.ts'
export type { DatabaseMode } from './engines/database-mode.ts'
export type {
  Access,
  BeginOptions,
  CallOptions,
  EngineCursor,
  EngineTransaction,
  ExplainOptions,
  Isolation,
  RowBatch,
  RunOptions,
  StatementStart,
} from './engines/engine-transaction.ts'
export type { Engine, EngineCatalog } from './engines/engine.ts'
export type { Column, JsonValue, Row, SqlParam } from './engines/sql-value.ts'
export { commonConfig } from './engines/engine-definition.ts'
export type {
  CommonConfig,
  DatabaseUrl,
  EngineDefinition,
  OpenEngineOptions,
} from './engines/engine-definition.ts'
export type { MysqlConfig } from './engines/mysql/mysql-definition.ts'
export { lockFolder } from './engines/pglite/folder-lock.ts'
export type { FolderLock } from './engines/pglite/folder-lock.ts'
export type { PgliteConfig } from './engines/pglite/pglite-definition.ts'
export type { PostgresConfig } from './engines/postgres/postgres-definition.ts'
export { sqlError } from './engines/sql-error.ts'
export type { SqlErrorInfo, SqlErrorKind } from './engines/sql-error.ts'
export type { SqliteConfig } from './engines/sqlite/sqlite-definition.ts'
export type { CheckedStatement, CheckOptions, SqlGuard, StatementKind } from './guard/sql-guard.ts'
