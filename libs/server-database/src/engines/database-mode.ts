import * as z from 'zod'

/**
 * Statements that a database accepts. `read-only` accepts statements that only read. `data` also accepts
 * changes of rows, and of tables, views and indexes. `admin` accepts all that the database permits its user.
 */
export type DatabaseMode = 'read-only' | 'data' | 'admin'

const databaseModes = ['read-only', 'data', 'admin'] as const satisfies readonly DatabaseMode[]

/** Returns the schema of a {@link DatabaseMode}. */
export const databaseMode = () => z.enum(databaseModes, 'must be read-only, data or admin')
