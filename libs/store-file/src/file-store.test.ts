import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'

import { itIsAStore } from '@mcp/session-manager/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createFileStore } from './file-store.ts'
import { schemaSteps } from './schema.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-file-'))
  file = join(folder, 'sessions.db')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

itIsAStore('the file store', (limits) => {
  const own = mkdtempSync(join(tmpdir(), 'store-file-'))
  return {
    store: createFileStore(join(own, 'sessions.db'), { limits }),
    cleanUp: () => rmSync(own, { recursive: true, force: true }),
  }
})

const at = 1_800_000_000_000
const session = {
  id: 'a',
  clientId: 'ada',
  owner: undefined,
  metadata: {},
  createdAt: at,
  ttlMs: 60_000,
}

describe('after a restart', () => {
  it('has the sessions, with what was touched last', async () => {
    const before = createFileStore(file)
    await before.create(session)
    before.touch('a', at + 5, 'tools')
    await before.close()
    await before.close()

    const after = createFileStore(file)
    expect(await after.read('a')).toEqual({ ...session, lastActivity: at + 5, servers: ['tools'] })
    await after.close()
  })

  it('goes on counting positions where it stopped, even if the log is empty by then', async () => {
    const limits = { events: 0 }
    const event = { id: 'n-1', type: 'note-added', data: '{}', at }
    const before = createFileStore(file, { limits })
    await before.create(session)
    await before.append('a', event)
    const page = await before.events('a', 0, 1)
    await before.close()

    const after = createFileStore(file, { limits })
    expect(await after.events('a', 0, 1)).toEqual(page)
    expect(page).toMatchObject({ events: [], position: 1, trimmedTo: 1 })
    expect(await after.append('a', { ...event, id: 'n-2' })).toBe(2)
    await after.close()
  })

  it('lets what was in flight run again only if that is harmless', async () => {
    const claim = { requestId: 'r', fingerprint: 1, at, rerunLost: false }
    const before = createFileStore(file)
    await before.create(session)
    await before.claim('a', claim)
    await before.close()

    const after = createFileStore(file)
    expect(await after.claim('a', claim)).toMatchObject({ type: 'lost', fingerprint: 1 })
    const other = { ...claim, fingerprint: 2, rerunLost: true }
    expect(await after.claim('a', other)).toMatchObject({ type: 'lost', fingerprint: 1 })
    const again = { ...claim, rerunLost: true }
    expect(await after.claim('a', again)).toMatchObject({ type: 'claimed' })
    await after.close()
  })
})

it('has everything it acknowledged when its process is killed in the middle', async () => {
  const writer = fileURLToPath(new URL('writer.fixture.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@mcp/source', writer, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let done = -1
  for await (const line of createInterface({ input: child.stdout })) {
    done = Number(line)
    if (done >= 300) break
  }
  child.kill('SIGKILL')
  await once(child, 'exit')

  const store = createFileStore(file)
  const claim = { fingerprint: 0, at: Date.now(), rerunLost: false }
  expect(await store.read('a')).toMatchObject({ owner: 'ada', metadata: { colour: 'green' } })
  for (let number = 0; number <= done; number++) {
    const found = await store.claim('a', { ...claim, requestId: `r-${number}` })
    expect(found).toMatchObject({
      type: 'answered',
      fingerprint: number,
      answer: { status: 200, body: `{"number":${number}}` },
    })
  }
  const page = await store.events('a', 0, done + 1)
  expect(page?.events.map(({ id }) => id)).toEqual(
    Array.from({ length: done + 1 }, (_, number) => `n-${number}`),
  )
  const unfinished = await store.claim('a', { ...claim, fingerprint: 1, requestId: 'unfinished' })
  expect(unfinished.type).toBe('lost')
  expect(await store.resolve('a', 'int-1', { action: 'accept' })).toMatchObject({ id: 'int-1' })
  await store.close()
})

describe('opening', () => {
  it.skipIf(process.platform === 'win32')('lets nobody else read the files', async () => {
    const store = createFileStore(file)
    await store.create(session)
    const modes = readdirSync(folder).map((name) => [
      name,
      statSync(join(folder, name)).mode & 0o777,
    ])
    expect(Object.fromEntries(modes)).toEqual({ 'sessions.db': 0o600, 'sessions.db-wal': 0o600 })
    await store.close()
  })

  it.skipIf(process.platform === 'win32')('leaves the mode of a file that is there', async () => {
    writeFileSync(file, '', { mode: 0o640 })
    await createFileStore(file).close()
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  it('refuses a file that another store has', async () => {
    const store = createFileStore(file)
    expect(() => createFileStore(file)).toThrow('Another process uses the session file')
    await store.close()
    await createFileStore(file).close()
  })

  it('refuses a file that is no database, and leaves it as it is', () => {
    writeFileSync(file, 'x'.repeat(5000))
    expect(() => createFileStore(file)).toThrow('is damaged, or is not a session file')
    expect(readFileSync(file, 'utf8')).toBe('x'.repeat(5000))
  })

  it('refuses a session file that was damaged', async () => {
    const store = createFileStore(file)
    await store.create(session)
    await store.close()
    const bytes = readFileSync(file)
    bytes.fill(0xff, 100, 4096)
    writeFileSync(file, bytes)
    expect(() => createFileStore(file)).toThrow('is damaged, or is not a session file')
  })

  it('refuses the database of another program', () => {
    const other = new DatabaseSync(file)
    other.exec('CREATE TABLE notes (text TEXT)')
    other.close()
    expect(() => createFileStore(file)).toThrow('is a database of another program')
  })

  it('goes on with a file of the first version', async () => {
    const older = new DatabaseSync(file)
    older.exec(schemaSteps[0] ?? '')
    older.exec(`
      INSERT INTO sessions VALUES (1, 'a', 'ada', NULL, '{}', ${at}, 60000, ${at}, ${at}, '[]', 0);
      INSERT INTO interactions VALUES (1, 'open', 'r', 'approval', 'May I?', NULL, ${at}, NULL);
      INSERT INTO interactions VALUES (1, 'over', 'r', 'approval', 'May I?', NULL, ${at}, 'expire');
    `)
    older.close()

    const store = createFileStore(file)
    expect(await store.resolve('a', 'open', { action: 'accept' })).toMatchObject({ id: 'open' })
    expect(await store.resolve('a', 'over', { action: 'accept' })).toBe('expire')
    await store.close()
    await createFileStore(file).close()
  })

  it('refuses a file of a newer version', async () => {
    await createFileStore(file).close()
    const newer = new DatabaseSync(file)
    newer.exec('PRAGMA user_version = 99')
    newer.close()
    expect(() => createFileStore(file)).toThrow('was written by a newer version')
  })

  it('says so when the folder is not there', () => {
    expect(() => createFileStore(join(folder, 'none', 'sessions.db'))).toThrow(
      'Its directory must exist',
    )
  })
})
