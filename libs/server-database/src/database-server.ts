import { database } from '@mcp/protocol/contracts/database'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { defineServer } from '@mcp/server'

export interface DatabaseServerOptions extends ServerOptions {}

/** The database server: SQL databases, read-only unless told otherwise. */
export function databaseServer(options: DatabaseServerOptions = {}): LocalServer {
  return defineServer(database, {}, options)
}
