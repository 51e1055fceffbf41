export { databaseServer } from './database-server.ts'
export type { DatabaseServerOptions } from './database-server.ts'
