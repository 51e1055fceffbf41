import * as z from 'zod'

/** A schema of a database, as `listSchemas` gives it. */
export const schemaFacts = () => z.object({ name: z.string(), comment: z.string().optional() })

const tableKind = () =>
  z.enum(['table', 'view', 'materialized-view', 'foreign-table', 'virtual-table'])

/** A table or view, as `listTables` gives it. */
export const tableFacts = () =>
  z.object({
    schema: z.string(),
    name: z.string(),
    kind: tableKind(),
    comment: z.string().optional(),
    rowEstimate: z
      .number()
      .optional()
      .describe('How many rows the database believes it has; absent where it has no idea.'),
  })

/** Something that `searchObjects` finds. */
export const objectFacts = () =>
  z.object({
    kind: z.enum([...tableKind().options, 'column', 'index', 'routine']),
    schema: z.string(),
    name: z.string(),
    table: z.string().optional().describe('The table that a column or an index belongs to.'),
    comment: z.string().optional(),
  })

export const columnFacts = () =>
  z.object({
    name: z.string(),
    type: z.string(),
    nullable: z.boolean(),
    default: z.string().optional().describe('The expression, as SQL.'),
    generated: z.boolean().optional(),
    comment: z.string().optional(),
  })

export const foreignKeyFacts = () =>
  z.object({
    name: z.string().optional(),
    columns: z.array(z.string()),
    references: z.object({ schema: z.string(), table: z.string(), columns: z.array(z.string()) }),
    onDelete: z.string().optional(),
    onUpdate: z.string().optional(),
  })

export const indexFacts = () =>
  z.object({
    name: z.string(),
    columns: z.array(z.string()).describe('Names of columns, or expressions as SQL.'),
    unique: z.boolean(),
    definition: z.string().optional(),
  })

export const constraintFacts = () =>
  z.object({
    name: z.string().optional(),
    kind: z.enum(['unique', 'check', 'exclusion']),
    columns: z.array(z.string()),
    definition: z.string().optional(),
  })

/** A table with all that belongs to it, as `describeTable` gives it. */
export const tableDescription = () =>
  tableFacts().extend({
    columns: z.array(columnFacts()),
    primaryKey: z.array(z.string()).describe('Its columns, in order; empty where there is none.'),
    foreignKeys: z.array(foreignKeyFacts()),
    indexes: z.array(indexFacts()),
    constraints: z.array(constraintFacts()),
  })
