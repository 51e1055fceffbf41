import * as z from 'zod'

import { operation } from '@mcp/protocol'
import {
  changeResult,
  databaseParam,
  limitParams,
  rowFormatParam,
  statementParams,
  timeoutParam,
  transactionIdParam,
} from './shapes.ts'

const isolationParam = () => ({
  isolation: z
    .enum(['read-committed', 'repeatable-read', 'serializable'])
    .optional()
    .describe('Isolation level. Default: that of the database.'),
})

const handle = () => z.object({ ...databaseParam(), transactionId: transactionIdParam() })

export const transactionOperations = {
  begin: operation({
    title: 'Begin a transaction',
    description:
      'Begins a transaction that belongs to this session. It is rolled back when it expires or the session closes.',
    params: () =>
      z.object({
        ...databaseParam(),
        access: z
          .enum(['read-only', 'read-write'])
          .default('read-only')
          .describe('Whether the transaction may change data.'),
        ...isolationParam(),
        timeoutMs: z
          .int()
          .min(1)
          .max(600_000)
          .default(60_000)
          .describe('The transaction is rolled back unless it ends within this many milliseconds.'),
      }),
    result: () => z.object({ transactionId: z.string(), expiresAt: z.string() }),
    errors: ['not-found', 'forbidden', 'rate-limited'],
    examples: [{ title: 'Begin a transaction', params: { access: 'read-write', timeoutMs: 1000 } }],
  }),
  commit: operation({
    title: 'Commit a transaction',
    description: 'Commits the changes of a transaction, and ends it.',
    params: handle,
    result: () => z.object({ committed: z.literal(true) }),
    errors: ['not-found', 'conflict'],
    examples: [
      {
        title: 'Commit the transaction',
        params: { transactionId: 'transaction-…' },
        result: { committed: true },
        requires: 'the transactionId of begin',
      },
    ],
  }),
  rollback: operation({
    title: 'Roll a transaction back',
    description: 'Undoes the changes of a transaction, and ends it.',
    params: handle,
    result: () => z.object({ rolledBack: z.literal(true) }),
    errors: ['not-found', 'conflict'],
    examples: [
      {
        title: 'Roll the transaction back',
        params: { transactionId: 'transaction-…' },
        result: { rolledBack: true },
        requires: 'the transactionId of begin',
      },
    ],
  }),
  transaction: operation({
    title: 'Run statements as one transaction',
    description: 'Runs up to 100 statements in order, atomically: if one fails, all are undone.',
    params: () =>
      z.object({
        ...databaseParam(),
        statements: z
          .array(z.object(statementParams()))
          .min(1)
          .max(100)
          .describe('The statements, each with its params.'),
        ...isolationParam(),
        ...limitParams(),
        ...timeoutParam('The whole transaction'),
        ...rowFormatParam(),
      }),
    result: () => z.object({ results: z.array(changeResult()), durationMs: z.number() }),
    hints: { destructive: true },
    core: true,
    errors: ['not-found', 'forbidden', 'conflict', 'payload-too-large'],
    examples: [
      {
        title: 'Add two notes, both or neither',
        params: {
          statements: [
            { sql: 'INSERT INTO notes (body) VALUES ($1)', params: ['Call Ann'] },
            { sql: 'INSERT INTO notes (body) VALUES ($1)', params: ['Call Ben'] },
          ],
        },
      },
    ],
  }),
}
