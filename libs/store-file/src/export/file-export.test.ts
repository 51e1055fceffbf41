import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import type { StoreRecord } from '@mcp/session-manager'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { createFileStores } from '../file-stores.ts'
import { sessionFormat } from '../file/schema.ts'
import { openFileExport } from './file-export.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-export-'))
  file = join(folder, 'sessions.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = 1_800_000_000_000

function readAll(onError?: (error: unknown) => void): readonly StoreRecord[] {
  const source = openFileExport(file, { onError })
  try {
    return Array.from(source.records())
  } finally {
    source.close()
  }
}

/** Creates a file of an earlier version by another program. */
function createOlder(version: number): void {
  const older = new DatabaseSync(file)
  older.exec(sessionFormat.migrations[0] ?? '')
  older.exec(`
    INSERT INTO sessions VALUES (1, 'a', 'ada', 'bob', '{"n":1}', ${at}, 60000, ${at + 5}, ${at}, '["tools"]', 1);
    INSERT INTO ended_sessions VALUES ('z', 'bob', 'closed', ${at});
    INSERT INTO answers VALUES (1, 1, 'r', 7, 'answered', ${at}, 200, '{}');
    INSERT INTO answers VALUES (2, 1, 's', 8, 'in-flight', ${at}, NULL, NULL);
    INSERT INTO events VALUES (2, 1, 'own', 'note', '"x"', ${at}, NULL);
    INSERT INTO events VALUES (3, 0, 'all', 'note', '"y"', ${at}, 'tools');
    INSERT INTO trimmed_logs VALUES (1, 1);
    INSERT INTO interactions VALUES (1, 'open', 'r', 'approval', 'Remove it?', NULL, ${at}, NULL);
    INSERT INTO interactions VALUES (1, 'over', 'r', 'approval', '', NULL, ${at}, 'expire');
  `)
  for (const migration of sessionFormat.migrations.slice(1, version)) older.exec(migration)
  older.close()
}

it.each(sessionFormat.migrations.map((_, index) => index + 1))(
  'returns the records of a file of version %i, and does not change it',
  (version) => {
    createOlder(version)
    const before = readFileSync(file)
    const [positions, ...records] = readAll()
    expect(positions).toMatchObject({ type: 'positions', trimmedTo: 0, skipped: [{ after: 3 }] })
    const interaction = { type: 'interaction', sessionId: 'a', expiresAt: at }
    const session = {
      id: 'a',
      clientId: 'ada',
      owner: 'bob',
      metadata: '{"n":1}',
      createdAt: at,
      ttlMs: 60_000,
      lastActivity: at + 5,
      servers: ['tools'],
    }
    expect(records).toMatchObject([
      { type: 'session', session, createdAfter: 1, trimmedTo: 1 },
      {
        type: 'response',
        requestId: 'r',
        fingerprint: 7,
        state: 'settled',
        response: { body: '{}' },
      },
      { type: 'response', requestId: 's', fingerprint: 8, state: 'lost' },
      { type: 'event', sessionId: 'a', position: 2, event: { id: 'own', data: '"x"' } },
      { ...interaction, interactionId: 'open', content: { message: 'Remove it?' } },
      { ...interaction, interactionId: 'over', content: { action: 'expire' } },
      { type: 'event', position: 3, event: { id: 'all', server: 'tools' } },
      { type: 'ended-session', sessionId: 'z', ended: { owner: 'bob', endedBy: 'closed' }, at },
    ])
    expect(readFileSync(file)).toEqual(before)
  },
)

it('locks the file, and refuses one in use', async () => {
  const stores = createFileStores(file)
  await stores.sessions.create({
    id: 'a',
    clientId: 'ada',
    owner: undefined,
    metadata: '{}',
    createdAt: at,
    ttlMs: 60_000,
  })
  expect(() => openFileExport(file)).toThrow('Another process uses the data file')
  await stores.close()
  const source = openFileExport(file)
  expect(() => createFileStores(file)).toThrow('Another process uses the data file')
  source.close()
  source.close()
  await createFileStores(file).close()
})

it('has another id after the file was used', async () => {
  const idOf = (): string => {
    const source = openFileExport(file)
    source.close()
    return source.id
  }
  await createFileStores(file).close()
  const first = idOf()
  expect(idOf()).toBe(first)
  await createFileStores(file).close()
  expect(idOf()).not.toBe(first)
})

it('reports metadata that is not readable, and a missing file', async () => {
  createOlder(sessionFormat.migrations.length)
  const database = new DatabaseSync(file)
  database.exec(`UPDATE sessions SET metadata = 'x'`)
  database.close()
  const errors: unknown[] = []
  expect(readAll((error) => errors.push(error))).toHaveLength(9)
  expect(String(errors)).toContain('Dropped the metadata of session number 1')
  rmSync(file)
  expect(() => openFileExport(file)).toThrow('There is no data file')
})
