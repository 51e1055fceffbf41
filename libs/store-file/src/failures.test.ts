import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'

import { McpError, systemClock } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import { isStoreFailure } from '@mcp/session-manager'
import type { Stores } from '@mcp/session-manager'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { openDatabase } from './file/database.ts'
import { createFailureMonitor } from './file/failure-monitor.ts'
import { createFileStores, createStoresIn } from './file-stores.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-file-'))
  file = join(folder, 'sessions.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = 1_800_000_000_000
const session = (id: string, metadata = '{}') => ({
  id,
  clientId: id,
  owner: undefined,
  metadata,
  createdAt: at,
  ttlMs: 60_000,
})
const event = (id: string, data = '{}') => ({ id, type: 'note-added', data, at })
const claim = (requestId: string) => ({ requestId, fingerprint: 1, at, rerunLost: false })
const isActive = (): boolean => false

async function sweep(stores: Stores, time: number): Promise<string[]> {
  const ids: string[] = []
  for (let steps = 0; steps < 10_000; steps++) {
    const { ended, hasMore } = await stores.sessions.sweep(time, isActive)
    ids.push(...ended.map(({ id }) => id))
    if (!hasMore) break
  }
  return ids
}

/** A clock whose intervals a test runs. */
function createTestClock(): Clock & { now: () => number; tick: (ms: number) => void } {
  let time = at
  const timers = new Set<() => void>()
  return {
    now: () => time,
    after: (ms, run) => systemClock.after(ms, run),
    every(_ms, run) {
      timers.add(run)
      return () => timers.delete(run)
    },
    tick(ms) {
      time += ms
      for (const run of timers) run()
    },
  }
}

/** Opens stores whose connection the test can limit. */
function openStores() {
  const clock = createTestClock()
  const errors: string[] = []
  const onError = (error: unknown): void => {
    errors.push(McpError.is(error) ? error.message : String(error))
  }
  const recoveries: string[] = []
  const onRecovery = (message: string): void => void recoveries.push(message)
  const monitor = createFailureMonitor({ file, clock, onError, onRecovery })
  const database = openDatabase(file, monitor)
  const stores = createStoresIn(database, monitor, { file, onError, clock })
  return {
    stores,
    errors,
    recoveries,
    clock,
    pragma: (text: string) => database.prepare(`PRAGMA ${text}`).get(),
  }
}

describe('a file that cannot be written', () => {
  it('reports a full disk once, fails readiness, and recovers by itself', async () => {
    const { stores, errors, recoveries, clock, pragma } = openStores()
    await stores.sessions.create(session('a'))
    await stores.responses.claim('a', claim('before'))
    pragma('max_page_count = 1')
    const append = async (id: string) => stores.events.append('a', event(id, 'x'.repeat(100_000)))
    for (const id of ['1', '2', '3']) {
      await expect(append(id)).rejects.toMatchObject({
        code: 'unavailable',
        retryable: true,
        message: 'The data store failed: the disk is full; free some space.',
      })
    }
    expect(errors).toEqual([expect.stringContaining('the disk is full')])
    expect(errors[0]).toContain(`File: "${file}". SQLITE_FULL (13).`)
    expect(stores.health()).toMatchObject({ failure: expect.stringContaining('disk is full') })
    expect(stores.health().errors).toBeGreaterThanOrEqual(3)
    // Reads go on, and so do sweeps.
    expect(await stores.sessions.read('a')).toMatchObject({ id: 'a' })
    expect(await stores.events.read('a', '0', 10)).toMatchObject({ events: [] })

    pragma('max_page_count = 1000000')
    clock.tick(1000)
    expect(stores.health().failure).toBeUndefined()
    await vi.waitFor(() => expect(recoveries).toHaveLength(1))
    expect(await append('1')).toEqual(expect.any(String))
    await stores.responses.settle('a', { requestId: 'before', ticket: 'file' }, at, {
      status: 200,
      body: '{}',
    })
    expect(await stores.responses.claim('a', claim('before'))).toMatchObject({ type: 'settled' })
    expect(await sweep(stores, at + 60_000)).toEqual(['a'])
    await stores.close()
  })

  it('ends expired sessions while the disk is full, and removes them from the file later', async () => {
    const { stores, clock, pragma } = openStores()
    for (let index = 0; index < 100; index++) {
      await stores.sessions.create(session(`s-${index}`, JSON.stringify({ text: 'x'.repeat(500) })))
    }
    pragma('query_only = 1')
    expect(await sweep(stores, at + 60_000)).toHaveLength(100)
    expect(await stores.sessions.read('s-5')).toMatchObject({ endedBy: 'expired' })
    expect(stores.health().failure).toContain('read-only')
    pragma('query_only = 0')
    clock.tick(1000)
    await sweep(stores, at + 60_000)
    await stores.close()
    const reopened = createFileStores(file)
    expect(await sweep(reopened, at + 120_000)).toEqual([])
    await reopened.close()
  })

  it('reports a read-only file once a minute', async () => {
    const { stores, errors, clock, pragma } = openStores()
    pragma('query_only = 1')
    const create = async () => stores.sessions.create(session('a'))
    for (let second = 0; second < 90; second++) {
      await expect(create()).rejects.toMatchObject({
        message: expect.stringContaining('read-only'),
      })
      clock.tick(1000)
      pragma('query_only = 0')
      clock.tick(0)
      expect(stores.health().failure).toBeUndefined()
      pragma('query_only = 1')
    }
    expect(errors).toHaveLength(2)
    expect(errors[0]).toContain('SQLITE_READONLY (8)')
    pragma('query_only = 0')
    await stores.close()
  })
})

it.skipIf(process.platform === 'win32')(
  'reports an error of the disk in a process that may not write more, and recovers',
  async () => {
    const writer = fileURLToPath(new URL('limited-writer.fixture.ts', import.meta.url))
    // Blocks of 512 bytes or 1 KiB, depending on the shell.
    const child = spawn(
      'sh',
      [
        '-c',
        'ulimit -S -f 400; exec "$0" "$@"',
        process.execPath,
        '--conditions=@mcp/source',
        writer,
        file,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout })) lines.push(line)
    if (child.exitCode === null) await once(child, 'exit')
    expect(lines).toEqual([
      expect.stringMatching(/^acknowledged [1-9]\d*$/),
      'failed unavailable true The data store failed: the disk reported an error.',
      expect.stringMatching(/^reported 1 .*SQLITE_IOERR \(\d+\)/),
      expect.stringContaining('health The data store failed'),
    ])
    const acknowledged = Number(lines[0]?.split(' ')[1])
    const stores = createFileStores(file)
    const page = await stores.events.read('a', '0', 10_000)
    expect(page?.events.length).toBe(acknowledged)
    expect(await stores.events.append('a', event('after'))).toBeDefined()
    await stores.close()
  },
  30_000,
)

describe('opening', () => {
  it.skipIf(process.platform === 'win32' || process.getuid?.() !== 0)(
    'reports a folder that another user owns',
    async () => {
      chmodSync(folder, 0o755)
      await createFileStores(file).close()
      const code = `
        const { createFileStores } = await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)})
        try { createFileStores(${JSON.stringify(file)}) } catch (error) { console.log(error.message) }`
      const child = spawn(
        process.execPath,
        ['--conditions=@mcp/source', '--input-type=module', '-e', code],
        { stdio: ['ignore', 'pipe', 'inherit'], uid: 65_534, gid: 65_534 },
      )
      const lines: string[] = []
      for await (const line of createInterface({ input: child.stdout })) lines.push(line)
      expect(lines).toEqual([expect.stringContaining(`Cannot open the data file "${file}".`)])
      expect(lines[0]).toContain('must exist and be writable')
      await createFileStores(file).close()
    },
    30_000,
  )

  it('drops metadata that is not JSON, reports it once, and lets the session be used', async () => {
    const before = createFileStores(file)
    for (const id of ['good', 'bad', 'worse']) await before.sessions.create(session(id, '{"a":1}'))
    await before.close()
    const editor = new DatabaseSync(file)
    editor.exec(`UPDATE sessions SET metadata = '{"a' WHERE id = 'bad'`)
    editor.exec(`UPDATE sessions SET metadata = '7', servers = 'x' WHERE id = 'worse'`)
    editor.close()

    const errors: unknown[] = []
    const stores = createFileStores(file, { onError: (error) => errors.push(error) })
    expect(errors).toHaveLength(2)
    expect(await stores.sessions.read('good')).toMatchObject({ metadata: '{"a":1}' })
    expect(await stores.sessions.read('bad')).toMatchObject({ metadata: '{}' })
    expect(await stores.responses.claim('worse', claim('r'))).toMatchObject({ type: 'claimed' })
    expect(await stores.sessions.end('bad', 'closed', at)).toMatchObject({ id: 'bad' })
    expect((await sweep(stores, at + 60_000)).toSorted()).toEqual(['good', 'worse'])
    expect(errors).toHaveLength(2)
    await stores.close()
  })
})

describe('a damaged page', () => {
  /** Writes a file with everything in it. */
  async function fill(): Promise<void> {
    const stores = createFileStores(file)
    for (let index = 0; index < 60; index++) {
      const id = `s-${index}`
      await stores.sessions.create(session(id, JSON.stringify({ text: 'x'.repeat(500) })))
      for (let number = 0; number < 5; number++) {
        await stores.events.append(id, event(String(number), 'x'.repeat(300)))
        await stores.responses.claim(id, claim(String(number)))
        const response = { status: 200, body: 'x'.repeat(300) }
        const claimed = { requestId: String(number), ticket: 'file' }
        await stores.responses.settle(id, claimed, at, response)
      }
    }
    await stores.close()
  }

  /** Returns the stores, or the error if the file cannot be opened. */
  function open(onError: (error: unknown) => void): Stores | McpError {
    try {
      return createFileStores(file, { onError })
    } catch (error) {
      return McpError.from(error)
    }
  }

  /** Uses everything. Returns the errors. */
  async function use(stores: Stores): Promise<unknown[]> {
    const failures: unknown[] = []
    const attempt = async (work: () => unknown): Promise<void> => {
      try {
        await work()
      } catch (error) {
        failures.push(error)
      }
    }
    for (let index = 0; index < 60; index++) {
      const id = `s-${index}`
      await attempt(() => stores.sessions.read(id))
      await attempt(() => stores.events.read(id, '0', 100))
      await attempt(() => stores.events.append(id, event('new')))
      await attempt(() => stores.responses.claim(id, claim('0')))
      await attempt(() => stores.responses.claim(id, claim('new')))
      await attempt(() => stores.sessions.touch(id, at + 50_000))
      await attempt(() => stores.sessions.addServer(id, 'tools'))
    }
    await attempt(() => stores.sessions.create(session('new')))
    await attempt(() => stores.sessions.end('s-0', 'closed', at))
    await attempt(() => sweep(stores, at + 10_000_000))
    return failures
  }

  it('is reported with clear errors, wherever it is, and a backup recovers all', async () => {
    await fill()
    const backup = join(folder, 'backup.db')
    copyFileSync(file, backup)
    const pages = readFileSync(file).length / 4096
    const positions = Array.from({ length: 20 }, (_, index) => Math.floor((index * pages) / 20))
    const refusals: string[] = []
    const reports: string[] = []
    for (const position of positions) {
      const bytes = readFileSync(backup)
      bytes.fill(0xa5, position * 4096, (position + 1) * 4096)
      writeFileSync(file, bytes)
      const errors: unknown[] = []
      const opened = open((error) => errors.push(error))
      if (McpError.is(opened)) {
        refusals.push(`${opened.code}: ${opened.message}`)
        continue
      }
      const stores = opened
      const failures = await use(stores)
      for (const failure of failures) {
        expect(isStoreFailure(failure)).toBe(true)
        expect(failure).toMatchObject({ retryable: false })
        expect(String(failure)).toContain('is damaged; restore a backup')
      }
      // Each damage is reported once, however many operations failed.
      const isSeen = stores.health().errors > 0
      expect(errors).toHaveLength(isSeen ? 1 : 0)
      reports.push(...errors.map(String))
      // All sessions have ended, whatever could be deleted.
      expect(await stores.sessions.read('s-30')).toMatchObject({ endedBy: 'expired' })
      await stores.close()
      for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
    }
    const refusal = /^conflict: .*(is damaged or not a data file|another program)/
    expect(refusals).toEqual(refusals.map(() => expect.stringMatching(refusal)))
    expect(reports).toEqual(reports.map(() => expect.stringContaining('SQLITE_CORRUPT')))
    expect(refusals.length + reports.length).toBeGreaterThan(10)
    copyFileSync(backup, file)
    const recovered = createFileStores(file)
    expect(await use(recovered)).toEqual([])
    expect(recovered.health()).toMatchObject({ failure: undefined, errors: 0 })
    await recovered.close()
  }, 60_000)
})
