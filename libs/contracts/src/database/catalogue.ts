import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import { objectFacts, schemaFacts, tableDescription, tableFacts } from './facts.ts'
import { databaseParam, limitParams, pageResult, rowFormatParam, timeoutParam } from './shapes.ts'

const schemaParam = (preset: string) => ({
  schema: z.string().max(256).optional().describe(`Which schema. Not given: ${preset}.`),
})

const tableParam = () => ({ table: z.string().min(1).max(256).describe('The name of the table.') })

export const catalogueOperations = {
  listDatabases: operation({
    title: 'List databases',
    description: 'Lists the databases there are, the default one first.',
    params: () => z.object(listParams('name or description')),
    result: () =>
      listResult(
        z.object({
          name: z.string(),
          engine: z.string().describe('Engine, such as "postgres" or "sqlite".'),
          dialect: z.string().describe('SQL dialect: "postgresql", "mysql", "sqlite", …'),
          mode: z
            .enum(['read-only', 'data', 'admin'])
            .describe('What may be done: only read; change rows and tables; everything.'),
          description: z.string().optional(),
        }),
      ),
    hints: { readOnly: true },
    examples: [{ title: 'Which databases are there?', params: {} }],
  }),
  listSchemas: operation({
    title: 'List schemas',
    description: "Lists the schemas of a database, without the engine's own.",
    params: () => z.object({ ...databaseParam(), ...listParams('name') }),
    result: () => listResult(schemaFacts()),
    hints: { readOnly: true },
    errors: ['not-found'],
    examples: [{ title: 'Which schemas does the database have?', params: {} }],
  }),
  listTables: operation({
    title: 'List tables',
    description: 'Lists tables and views, with their comments and about how many rows they have.',
    params: () =>
      z.object({
        ...databaseParam(),
        ...schemaParam('all of them'),
        ...listParams('name or comment'),
      }),
    result: () => listResult(tableFacts()),
    hints: { readOnly: true },
    errors: ['not-found'],
    examples: [{ title: 'Which tables are in the database?', params: {} }],
  }),
  describeTable: operation({
    title: 'Describe a table',
    description: 'Answers the columns, keys, indexes, constraints and comments of a table or view.',
    params: () =>
      z.object({ ...databaseParam(), ...tableParam(), ...schemaParam('the default one') }),
    result: tableDescription,
    hints: { readOnly: true },
    errors: ['not-found'],
    examples: [{ title: 'Which columns does the table notes have?', params: { table: 'notes' } }],
  }),
  searchObjects: operation({
    title: 'Search the catalogue',
    description: 'Finds tables, views, columns, indexes and routines by a part of name or comment.',
    params: () =>
      z.object({
        ...databaseParam(),
        ...listParams('name or comment'),
        query: z.string().min(1).max(1000).describe('What the name or comment holds.'),
      }),
    result: () => listResult(objectFacts()),
    hints: { readOnly: true },
    errors: ['not-found'],
    examples: [
      { title: 'Where in the database is something called body?', params: { query: 'body' } },
    ],
  }),
  sampleRows: operation({
    title: 'Sample rows',
    description: 'Answers some rows of a table, the first that the database comes across.',
    params: () =>
      z.object({
        ...databaseParam(),
        ...tableParam(),
        ...schemaParam('the default one'),
        ...limitParams(),
        maxRows: z.int().min(1).max(1000).default(10).describe('How many rows.'),
        ...timeoutParam(),
        ...rowFormatParam(),
      }),
    result: () => pageResult().omit({ nextCursor: true }),
    hints: { readOnly: true },
    errors: ['not-found', 'payload-too-large'],
    examples: [{ title: 'Show some rows of the table notes', params: { table: 'notes' } }],
  }),
}
