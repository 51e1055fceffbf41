import * as z from 'zod'

/** Which database is meant. */
export const databaseParam = () => ({
  database: z
    .string()
    .max(64)
    .optional()
    .describe('Which database, by its name in listDatabases. Not given: the first there.'),
})

export const sqlParam = () =>
  z
    .string()
    .min(1)
    .max(100_000)
    .describe('One SQL statement in the dialect of the database, with placeholders for values.')

export const statementParams = () => ({
  sql: sqlParam(),
  params: z
    .array(
      z.union([
        z.string(),
        z.number(),
        z.boolean(),
        z.null(),
        z.strictObject({ base64: z.base64() }),
      ]),
    )
    .max(1000)
    .default([])
    .describe(
      'The values of the placeholders, in order: $1, $2 in PostgreSQL, ? in MySQL and SQLite. Bytes as {"base64": "…"}; JSON, dates and exact decimals as text.',
    ),
})

export const transactionIdParam = () =>
  z.string().max(256).describe('The transactionId that begin gave.')

export const timeoutParam = (whose = 'The statement') => ({
  timeoutMs: z
    .int()
    .min(1)
    .max(600_000)
    .default(30_000)
    .describe(`${whose} is stopped after this many milliseconds.`),
})

export const limitParams = () => ({
  maxRows: z.int().min(1).max(10_000).default(100).describe('The most rows in one answer.'),
  maxBytes: z
    .int()
    .min(1024)
    .max(2 * 1024 * 1024)
    .default(64 * 1024)
    .describe('The most bytes of JSON that the rows in one answer may take.'),
})

export const rowFormatParam = () => ({
  rowFormat: z
    .enum(['object', 'array'])
    .default('object')
    .describe('Rows as objects by column name, or as arrays in the order of the columns.'),
})

const columns = () => z.array(z.object({ name: z.string(), type: z.string() }))

const rows = () => z.array(z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]))

/** A page of rows. */
export const pageResult = () =>
  z.object({
    columns: columns(),
    rows: rows(),
    rowCount: z.int().describe('How many rows this answer holds.'),
    truncated: z.boolean().describe('Whether there are more rows.'),
    nextCursor: z
      .string()
      .optional()
      .describe('Where fetchPage goes on; absent without a session, or where nothing is left.'),
    durationMs: z.number(),
  })

/** What a statement that may change something did. */
export const changeResult = () =>
  z.object({
    affectedRows: z.int().describe('How many rows were inserted, changed or deleted.'),
    columns: columns().optional(),
    rows: rows().optional().describe('What RETURNING gave; absent where it gives none.'),
    truncated: z.boolean().optional().describe('True where there were more rows than the limit.'),
  })
