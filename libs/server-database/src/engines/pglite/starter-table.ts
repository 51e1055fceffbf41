import type { WorkerLink } from '@mcp/sandbox/long-lived'

import type { PgliteSession } from './pglite-session.ts'

const statements = [
  'CREATE TABLE notes (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, body text NOT NULL)',
  "INSERT INTO notes (body) VALUES ('Buy milk'), ('Call Ada'), ('Write a letter')",
]

/** Adds the table of a new database. The examples of the contract refer to it. */
export async function addStarterTable(
  link: WorkerLink<PgliteSession>,
  signal: AbortSignal,
): Promise<void> {
  await link.call('begin', { access: 'read-write', isolation: undefined }, signal)
  for (const sql of statements) await link.call('run', { sql, params: [], maxRows: 1 }, signal)
  await link.call('end', { how: 'COMMIT' }, signal)
}
