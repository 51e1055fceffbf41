import * as z from 'zod'

/**
 * Permitted operations: `read-only` only reads; `data` also changes rows, and creates and changes
 * tables, views and indexes; `admin` permits all that the database permits its user.
 */
export type DatabaseMode = 'read-only' | 'data' | 'admin'

const databaseModes = ['read-only', 'data', 'admin'] as const satisfies readonly DatabaseMode[]

/** Returns the schema of a {@link DatabaseMode}. */
export const databaseMode = () => z.enum(databaseModes, 'must be read-only, data or admin')
