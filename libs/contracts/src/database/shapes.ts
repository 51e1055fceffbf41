import * as z from 'zod'

/** Parameter for the database of an operation. */
export const databaseParam = () => ({
  database: z
    .string()
    .max(64)
    .optional()
    .describe('Name of the database, from listDatabases. Default: the first one listed.'),
})

export const sqlParam = () =>
  z
    .string()
    .min(1)
    .max(100_000)
    .describe('One SQL statement in the dialect of the database, with placeholders for values.')

// JSON parsers round larger whole numbers without an error.
const isExact = (value: number): boolean => !Number.isInteger(value) || Number.isSafeInteger(value)

const inexactNumber =
  'A whole number over 2^53 (9007199254740992) can lose digits in JSON. Pass it as text: "9007199254740993".'

const invalidParam =
  'A param is text, a number, true, false, null or {"base64": "…"}. Pass a list or an object as JSON text: "[1, 2]".'

export const statementParams = () => ({
  sql: sqlParam(),
  params: z
    .array(
      z.union(
        [
          z.string(),
          z.number().refine(isExact, inexactNumber),
          z.boolean(),
          z.null(),
          z.strictObject({ base64: z.base64() }),
        ],
        { error: invalidParam },
      ),
    )
    .max(1000)
    .default([])
    .describe(
      'Values of the placeholders, in order: $1, $2 in PostgreSQL, ? in MySQL and SQLite. Bytes as {"base64": "…"}. As text: JSON, dates, exact decimals, whole numbers over 2^53, and PostgreSQL arrays such as "[1, 2]".',
    ),
})

export const transactionIdParam = () =>
  z.string().max(256).describe('The transactionId returned by begin.')

export const timeoutParam = (whose = 'The statement') => ({
  timeoutMs: z
    .int()
    .min(1)
    .max(600_000)
    .default(30_000)
    .describe(`${whose} is cancelled after this many milliseconds.`),
})

export const limitParams = () => ({
  maxRows: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Maximum number of rows in one response.'),
  maxBytes: z
    .int()
    .min(1024)
    .max(2 * 1024 * 1024)
    .default(64 * 1024)
    .describe('Maximum size of the rows in one response, in bytes of JSON.'),
})

export const rowFormatParam = () => ({
  rowFormat: z
    .enum(['object', 'array'])
    .default('object')
    .describe('Rows as objects by column name, or as arrays in the order of the columns.'),
})

const columns = () =>
  z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      key: z
        .string()
        .optional()
        .describe('Key of the column in the rows, if another column has the same name.'),
    }),
  )

const rows = () => z.array(z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]))

/** A page of rows. */
export const pageResult = () =>
  z.object({
    columns: columns(),
    rows: rows(),
    rowCount: z.int().describe('Number of rows in this response.'),
    truncated: z.boolean().describe('Whether there are more rows.'),
    nextCursor: z
      .string()
      .optional()
      .describe('Cursor for fetchPage. Absent on the last page and outside a session.'),
    durationMs: z.number(),
  })

/** Result of a statement that may change data. */
export const changeResult = () =>
  z.object({
    affectedRows: z
      .int()
      .describe(
        'Number of rows inserted, updated or deleted, as the database counts them. 0 for a statement that changes tables. MySQL counts a row that an upsert updates twice, and does not count an update that changes nothing.',
      ),
    columns: columns().optional(),
    rows: rows().optional().describe('Rows of the RETURNING clause; absent without one.'),
    truncated: z.boolean().optional().describe('True if there were more rows than the limit.'),
  })
