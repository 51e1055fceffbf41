import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { systemClock } from '@mcp/protocol'
import { itImplementsStores } from '@mcp/session-manager/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createFileStores } from './file-stores.ts'
import { sessionFormat } from './file/schema.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-file-'))
  file = join(folder, 'sessions.db')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

itImplementsStores('SQLite file', (limits) => {
  const own = mkdtempSync(join(tmpdir(), 'store-file-'))
  return {
    stores: createFileStores(join(own, 'sessions.db'), { limits }),
    cleanUp: () => rmSync(own, { recursive: true, force: true }),
  }
})

const at = 1_800_000_000_000
const session = {
  id: 'a',
  clientId: 'ada',
  owner: undefined,
  metadata: '{}',
  createdAt: at,
  ttlMs: 60_000,
}

describe('after a restart', () => {
  it('restores the sessions with their last activity', async () => {
    const before = createFileStores(file)
    await before.sessions.create(session)
    before.sessions.touch('a', at + 5)
    await before.sessions.addServer('a', 'tools')
    await before.close()
    await before.close()

    const after = createFileStores(file)
    expect(await after.sessions.read('a')).toEqual({
      ...session,
      lastActivity: at + 5,
      servers: ['tools'],
    })
    await after.close()
  })

  it('continues the positions, even if the log is empty', async () => {
    const limits = { maxEvents: 0 }
    const event = { id: 'n-1', type: 'note-added', data: '{}', at }
    const before = createFileStores(file, { limits })
    await before.sessions.create(session)
    await before.events.append('a', event)
    const page = await before.events.read('a', '0', 1)
    await before.close()

    const after = createFileStores(file, { limits })
    const cursor = page?.cursor ?? ''
    expect(page).toMatchObject({ events: [], gapBefore: String(Number(cursor) + 1) })
    // A reader of everything has missed nothing.
    expect((await after.events.read('a', cursor, 1))?.gapBefore).toBeUndefined()
    const next = Number(await after.events.append('a', { ...event, id: 'n-2' }))
    expect(next).toBeGreaterThan(Number(cursor))
    expect((await after.events.read('a', cursor, 1))?.gapBefore).toBe(String(next + 1))
    await after.close()
  })

  it('reports a gap to a reader that is ahead of a restored backup', async () => {
    const event = (id: string) => ({ id, type: 'note-added', data: '{}', at })
    const openAt = (ms: number) =>
      createFileStores(file, { clock: { ...systemClock, now: () => at + ms } })
    const first = openAt(0)
    await first.sessions.create(session)
    const known = String(await first.events.append('a', event('1')))
    await first.close()
    const backup = readFileSync(file)

    const second = openAt(1)
    await second.events.append('a', event('2'))
    const lost = String(await second.events.append('a', event('3')))
    await second.close()
    writeFileSync(file, backup)

    const restored = openAt(2)
    // More events than were lost, so that the reader is not ahead of the log any more.
    const added = []
    for (const id of ['4', '5', '6', '7']) added.push(await restored.events.append('a', event(id)))
    expect(Math.min(...added.map(Number))).toBeGreaterThan(Number(lost))
    const page = await restored.events.read('a', lost, 10)
    expect(page?.events.map(({ id }) => id)).toEqual(['4', '5', '6', '7'])
    expect(page?.gapBefore).toBe(added[0])
    const complete = await restored.events.read('a', known, 10)
    expect(complete?.gapBefore).toBeUndefined()
    await restored.close()
  })

  it('runs a request that was in flight again only if it is idempotent', async () => {
    const claim = { requestId: 'r', fingerprint: 1, at, rerunLost: false }
    const before = createFileStores(file)
    await before.sessions.create(session)
    await before.responses.claim('a', claim)
    await before.close()

    const after = createFileStores(file)
    expect(await after.responses.claim('a', claim)).toMatchObject({ type: 'lost', fingerprint: 1 })
    const other = { ...claim, fingerprint: 2, rerunLost: true }
    expect(await after.responses.claim('a', other)).toMatchObject({ type: 'lost', fingerprint: 1 })
    const again = { ...claim, rerunLost: true }
    expect(await after.responses.claim('a', again)).toMatchObject({ type: 'claimed' })
    await after.close()
  })
})

describe('opening', () => {
  it.skipIf(process.platform === 'win32')(
    'creates files that only their owner can read',
    async () => {
      const stores = createFileStores(file)
      await stores.sessions.create(session)
      const modes = readdirSync(folder).map((name) => [
        name,
        statSync(join(folder, name)).mode & 0o777,
      ])
      const suffixes = ['', '-lock', '-shm', '-wal']
      const expected = suffixes.map((suffix) => [`sessions.db${suffix}`, 0o600])
      expect(Object.fromEntries(modes)).toEqual(Object.fromEntries(expected))
      await stores.close()
    },
  )

  it.skipIf(process.platform === 'win32')('keeps the mode of an existing file', async () => {
    writeFileSync(file, '', { mode: 0o640 })
    await createFileStores(file).close()
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  it('rejects a file that is open already', async () => {
    const stores = createFileStores(file)
    expect(() => createFileStores(file)).toThrow('Another process uses the data file')
    await stores.close()
    await createFileStores(file).close()
  })

  it('rejects a file that is not a database, and does not change it', () => {
    writeFileSync(file, 'x'.repeat(5000))
    expect(() => createFileStores(file)).toThrow('is damaged or not a data file')
    expect(readFileSync(file, 'utf8')).toBe('x'.repeat(5000))
  })

  it('rejects a damaged data file', async () => {
    const stores = createFileStores(file)
    await stores.sessions.create(session)
    await stores.close()
    const bytes = readFileSync(file)
    bytes.fill(0xff, 100, 4096)
    writeFileSync(file, bytes)
    expect(() => createFileStores(file)).toThrow('is damaged or not a data file')
  })

  it('rejects the database of another program', () => {
    const other = new DatabaseSync(file)
    other.exec('CREATE TABLE notes (text TEXT)')
    other.close()
    expect(() => createFileStores(file)).toThrow('is a database of another program')
  })

  it.each(sessionFormat.migrations.map((_, index) => index + 1))(
    'opens a file of version %i',
    async (version) => {
      const older = new DatabaseSync(file)
      older.exec(sessionFormat.migrations[0] ?? '')
      older.exec(`
      INSERT INTO sessions VALUES (1, 'a', 'ada', NULL, '{}', ${at}, 60000, ${at}, ${at}, '[]', 0);
      INSERT INTO interactions VALUES (1, 'open', 'r', 'approval', 'Remove it?', NULL, ${at}, NULL);
      INSERT INTO answers VALUES (1, 1, 'r', 7, 'answered', ${at}, 200, '{}');
      INSERT INTO interactions VALUES (1, 'over', 'r', 'approval', 'Remove it?', NULL, ${at}, 'expire');
    `)
      for (const migration of sessionFormat.migrations.slice(1, version)) older.exec(migration)
      older.close()

      const stores = createFileStores(file)
      expect(await stores.interactions.resolve('a', 'open', { action: 'accept' })).toMatchObject({
        id: 'open',
      })
      expect(await stores.interactions.resolve('a', 'over', { action: 'accept' })).toEqual({
        action: 'expire',
      })
      const interaction = { id: 'new', requestId: 'r', kind: 'elicitation', message: 'Pay.' }
      const added = { ...interaction, url: 'https://example.com/pay', expiresAt: at }
      await stores.interactions.add('a', added)
      expect(await stores.interactions.resolve('a', 'new', { action: 'accept' })).toEqual(added)
      const claim = { requestId: 'r', fingerprint: 7, at, rerunLost: false }
      expect(await stores.responses.claim('a', claim)).toMatchObject({
        type: 'settled',
        response: { status: 200, body: '{}' },
      })
      await stores.close()
      await createFileStores(file).close()
    },
  )

  it('rejects a file of a newer version', async () => {
    await createFileStores(file).close()
    const newer = new DatabaseSync(file)
    newer.exec('PRAGMA user_version = 99')
    newer.close()
    expect(() => createFileStores(file)).toThrow('was written by a newer version')
  })

  it('reports a missing folder', () => {
    expect(() => createFileStores(join(folder, 'none', 'sessions.db'))).toThrow(
      'Its directory must exist',
    )
  })
})
