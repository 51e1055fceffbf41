import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import { objectInfo, schemaInfo, tableDescription, tableInfo } from './catalog-info.ts'
import { databaseParam, limitParams, pageResult, rowFormatParam, timeoutParam } from './shapes.ts'

const schemaParam = (preset: string) => ({
  schema: z.string().max(256).optional().describe(`Name of the schema. Default: ${preset}.`),
})

const tableParam = () => ({ table: z.string().min(1).max(256).describe('Name of the table.') })

export const catalogOperations = {
  listDatabases: operation({
    title: 'List databases',
    description: 'Lists the available databases, the default one first.',
    params: () => z.object(listParams('name or description')),
    result: () =>
      listResult(
        z.object({
          name: z.string(),
          engine: z.string().describe('Engine, such as "postgres" or "sqlite".'),
          dialect: z.string().describe('SQL dialect: "postgresql", "mysql", "sqlite", …'),
          mode: z
            .enum(['read-only', 'data', 'admin'])
            .describe(
              'Permitted statements. read-only: reads. data: also changes to rows and tables. admin: all.',
            ),
          description: z.string().optional(),
        }),
      ),
    hints: { readOnly: true },
    core: true,
    examples: [{ title: 'Which databases are there?', params: {} }],
  }),
  listSchemas: operation({
    title: 'List schemas',
    description: 'Lists the schemas of a database, except those of the engine itself.',
    params: () => z.object({ ...databaseParam(), ...listParams('name') }),
    result: () => listResult(schemaInfo()),
    hints: { readOnly: true },
    errors: ['not-found'],
    examples: [{ title: 'Which schemas does the database have?', params: {} }],
  }),
  listTables: operation({
    title: 'List tables',
    description: 'Lists tables and views, with their comments and estimated row counts.',
    params: () =>
      z.object({
        ...databaseParam(),
        ...schemaParam('all schemas'),
        ...listParams('name or comment'),
      }),
    result: () => listResult(tableInfo()),
    hints: { readOnly: true },
    core: true,
    errors: ['not-found'],
    examples: [{ title: 'Which tables are in the database?', params: {} }],
  }),
  describeTable: operation({
    title: 'Describe a table',
    description: 'Returns the columns, keys, indexes, constraints and comments of a table or view.',
    params: () =>
      z.object({ ...databaseParam(), ...tableParam(), ...schemaParam('the default schema') }),
    result: tableDescription,
    hints: { readOnly: true },
    core: true,
    errors: ['not-found'],
    examples: [{ title: 'Which columns does the table notes have?', params: { table: 'notes' } }],
  }),
  searchObjects: operation({
    title: 'Search the catalog',
    description:
      'Finds tables, views, columns, indexes and routines by part of their name or comment.',
    params: () =>
      z.object({
        ...databaseParam(),
        ...listParams('name or comment'),
        query: z.string().min(1).max(1000).describe('Text that the name or comment contains.'),
      }),
    result: () => listResult(objectInfo()),
    hints: { readOnly: true },
    errors: ['not-found'],
    examples: [
      { title: 'Where in the database is something called body?', params: { query: 'body' } },
    ],
  }),
  sampleRows: operation({
    title: 'Sample rows',
    description: 'Returns some rows of a table, in no particular order.',
    params: () =>
      z.object({
        ...databaseParam(),
        ...tableParam(),
        ...schemaParam('the default schema'),
        ...limitParams(),
        maxRows: z.int().min(1).max(1000).default(10).describe('Maximum number of rows.'),
        ...timeoutParam(),
        ...rowFormatParam(),
      }),
    result: () => pageResult().omit({ nextCursor: true }),
    hints: { readOnly: true },
    errors: ['not-found', 'payload-too-large'],
    examples: [{ title: 'Show some rows of the table notes', params: { table: 'notes' } }],
  }),
}
