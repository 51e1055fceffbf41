import * as z from 'zod'

import { operation } from '@mcp/protocol'
import {
  changeResult,
  databaseParam,
  limitParams,
  pageResult,
  rowFormatParam,
  sqlParam,
  statementParams,
  timeoutParam,
  transactionIdParam,
} from './shapes.ts'

const errors = ['not-found', 'forbidden', 'conflict', 'payload-too-large'] as const

export const statementOperations = {
  query: operation({
    title: 'Query',
    description:
      'Runs one read-only statement in a read-only transaction, and returns the first page of its rows.',
    params: () =>
      z.object({
        ...databaseParam(),
        ...statementParams(),
        ...limitParams(),
        ...timeoutParam(),
        ...rowFormatParam(),
        transactionId: transactionIdParam().optional(),
      }),
    result: pageResult,
    hints: { readOnly: true },
    errors,
    core: true,
    examples: [
      {
        title: 'Ask the database how much 6 times 7 is',
        params: { sql: 'SELECT 6 * 7 AS answer' },
      },
      {
        title: 'Which notes hold the word milk?',
        params: {
          sql: 'SELECT id, body FROM notes WHERE body LIKE $1 ORDER BY id',
          params: ['%milk%'],
          rowFormat: 'array',
        },
      },
      {
        title: 'How many notes are there?',
        params: { sql: 'SELECT count(*) AS notes FROM notes' },
      },
    ],
  }),
  fetchPage: operation({
    title: 'Fetch the next page',
    description:
      'Returns the next page of a query. The same cursor returns the same page, until the following page has been fetched.',
    params: () =>
      z.object({
        ...databaseParam(),
        cursor: z.string().max(256).describe('The nextCursor of the previous page.'),
        ...limitParams(),
        ...timeoutParam(),
      }),
    result: pageResult,
    hints: { readOnly: true },
    errors,
    examples: [
      {
        title: 'Show the next page of the notes',
        params: { cursor: 'cursor-…', maxRows: 2 },
        requires: 'the nextCursor of query',
      },
    ],
  }),
  execute: operation({
    title: 'Execute a statement',
    description:
      'Runs one statement that changes rows or tables. Commits it, unless it belongs to a transaction. Requires a database with mode data or admin.',
    params: () =>
      z.object({
        ...databaseParam(),
        ...statementParams(),
        ...limitParams(),
        ...timeoutParam(),
        ...rowFormatParam(),
        transactionId: transactionIdParam().optional(),
      }),
    result: () => changeResult().extend({ durationMs: z.number() }),
    hints: { destructive: true },
    errors,
    core: true,
    examples: [
      {
        title: 'Make a table for notes',
        params: {
          sql: 'CREATE TABLE IF NOT EXISTS notes (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, body text NOT NULL)',
        },
      },
      {
        title: 'Note that I must buy milk',
        params: {
          sql: 'INSERT INTO notes (body) VALUES ($1) RETURNING id, body',
          params: ['Buy milk'],
        },
      },
    ],
  }),
  explain: operation({
    title: 'Explain a statement',
    description:
      'Returns the execution plan of a statement. With analyze, also runs and measures the statement. Analyze is allowed only for statements that read.',
    params: () =>
      z.object({
        ...databaseParam(),
        ...statementParams(),
        analyze: z.boolean().default(false).describe('If true, runs and measures the statement.'),
        ...timeoutParam(),
      }),
    result: () =>
      z.object({
        plan: z.unknown().describe('The plan, in the format of the database.'),
        durationMs: z.number(),
      }),
    hints: { readOnly: true },
    errors,
    examples: [
      {
        title: 'How would the database find the note with id 1?',
        params: { sql: 'SELECT body FROM notes WHERE id = 1' },
      },
    ],
  }),
  validateSql: operation({
    title: 'Validate SQL',
    description:
      'Checks a statement without running it: its syntax, whether the mode permits it, and whether its tables and columns exist.',
    params: () => z.object({ ...databaseParam(), sql: sqlParam(), ...timeoutParam('The check') }),
    result: () =>
      z.object({
        valid: z.boolean(),
        kind: z
          .enum(['read', 'data', 'schema', 'admin'])
          .optional()
          .describe(
            'Effect of the statement. read: reads. data: changes rows. schema: changes tables. admin: administers the database.',
          ),
        problem: z
          .object({
            message: z.string(),
            reason: z.string().optional(),
            position: z.int().optional().describe('Position in the statement, starting at 1.'),
          })
          .optional(),
      }),
    hints: { readOnly: true },
    errors,
    examples: [
      {
        title: 'Is SELECT 1 valid SQL?',
        params: { sql: 'SELECT 1' },
        result: { valid: true, kind: 'read' },
      },
    ],
  }),
}
