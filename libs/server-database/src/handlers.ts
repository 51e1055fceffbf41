import type { database as contract } from '@mcp/contracts/database'
import type { Handlers } from '@mcp/server'

/** Handlers of all operations of the database server. */
export type DatabaseHandlers = Handlers<typeof contract>

/** Context of a handler. */
export type DatabaseContext = Parameters<DatabaseHandlers['query']>[1]
