import * as z from 'zod'

/** A schema of a database, as `listSchemas` returns it. */
export const schemaInfo = () => z.object({ name: z.string(), comment: z.string().optional() })

const tableKind = () =>
  z.enum(['table', 'view', 'materialized-view', 'foreign-table', 'virtual-table'])

/** A table or view, as `listTables` returns it. */
export const tableInfo = () =>
  z.object({
    schema: z.string(),
    name: z.string(),
    kind: tableKind(),
    comment: z.string().optional(),
    rowEstimate: z
      .number()
      .optional()
      .describe('Estimated number of rows; absent if the database has no estimate.'),
  })

/** An object that `searchObjects` finds. */
export const objectInfo = () =>
  z.object({
    kind: z.enum([...tableKind().options, 'column', 'index', 'routine']),
    schema: z.string(),
    name: z.string(),
    table: z.string().optional().describe('Table of a column or an index.'),
    comment: z.string().optional(),
  })

export const columnInfo = () =>
  z.object({
    name: z.string(),
    type: z.string(),
    nullable: z.boolean(),
    default: z.string().optional().describe('The default expression, as SQL.'),
    generated: z.boolean().optional(),
    comment: z.string().optional(),
  })

export const foreignKeyInfo = () =>
  z.object({
    name: z.string().optional(),
    columns: z.array(z.string()),
    references: z.object({ schema: z.string(), table: z.string(), columns: z.array(z.string()) }),
    onDelete: z.string().optional(),
    onUpdate: z.string().optional(),
  })

export const indexInfo = () =>
  z.object({
    name: z.string(),
    columns: z.array(z.string()).describe('Column names, or expressions as SQL.'),
    unique: z.boolean(),
    definition: z.string().optional(),
  })

export const constraintInfo = () =>
  z.object({
    name: z.string().optional(),
    kind: z.enum(['unique', 'check', 'exclusion']),
    columns: z.array(z.string()),
    definition: z.string().optional(),
  })

/** A table with its columns, keys, indexes and constraints, as `describeTable` returns it. */
export const tableDescription = () =>
  tableInfo().extend({
    columns: z.array(columnInfo()),
    primaryKey: z
      .array(z.string())
      .describe('Columns of the primary key, in order; empty if the table has none.'),
    foreignKeys: z.array(foreignKeyInfo()),
    indexes: z.array(indexInfo()),
    constraints: z.array(constraintInfo()),
  })
