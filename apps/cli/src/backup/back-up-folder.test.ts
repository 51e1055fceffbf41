import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'

import { lockFolder } from '@mcp/server-database'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { backUpFolder } from './back-up-folder.ts'

let folder: string
let data: string
let target: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-back-up-'))
  data = join(folder, 'data')
  target = join(folder, 'backup')
  mkdirSync(join(data, 'workspace/notes'), { recursive: true })
  writeFileSync(join(data, 'workspace/notes/todo.md'), 'buy milk')
  writeFileSync(join(data, 'providers.json'), '{}', { mode: 0o600 })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const { signal } = new AbortController()
const backUp = () => backUpFolder({ data, target, signal })

it('copies files with permissions, times and links', async () => {
  symlinkSync('todo.md', join(data, 'workspace/notes/link.md'))
  chmodSync(join(data, 'workspace/notes'), 0o500)
  expect(await backUp()).toEqual({
    data,
    folder: target,
    databases: [],
    files: 3,
    bytes: 10,
    omitted: [],
  })
  chmodSync(join(data, 'workspace/notes'), 0o700)
  const copy = join(target, 'workspace/notes')
  expect(readFileSync(join(copy, 'todo.md'), 'utf8')).toBe('buy milk')
  expect(readlinkSync(join(copy, 'link.md'))).toBe('todo.md')
  expect(statSync(copy).mode & 0o777).toBe(0o500)
  expect(statSync(target).mode & 0o777).toBe(0o700)
  expect(statSync(join(target, 'providers.json')).mode & 0o777).toBe(0o600)
  const { mtimeMs } = statSync(join(data, 'workspace/notes/todo.md'))
  expect(Math.abs(statSync(join(copy, 'todo.md')).mtimeMs - mtimeMs)).toBeLessThan(1)
  chmodSync(copy, 0o700)
})

it('omits what is made again, and files that are still being written', async () => {
  for (const name of ['sessions.db-lock', 'hub.sock', '.mcp-tmp-1', 'workspace/.mcp-tmp-2']) {
    writeFileSync(join(data, name), '')
  }
  mkdirSync(join(data, 'cache'))
  await backUp()
  expect(readdirSync(target)).toEqual(['providers.json', 'workspace'])
  expect(readdirSync(join(target, 'workspace'))).toEqual(['notes'])
})

// Writes a row, waits for its commit, and prints its number, again and again. Each row has two halves.
const writer = `
  const { DatabaseSync } = require('node:sqlite')
  const database = new DatabaseSync(process.argv[1])
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0')
  database.exec('CREATE TABLE rows (number INTEGER PRIMARY KEY, text TEXT)')
  const insert = database.prepare('INSERT INTO rows (text) VALUES (?)')
  const write = () => {
    database.exec('BEGIN')
    insert.run('x'.repeat(2000))
    const { lastInsertRowid } = insert.run('y'.repeat(2000))
    database.exec('COMMIT')
    process.stdout.write(lastInsertRowid + '\\n')
    setImmediate(write)
  }
  write()
`

it('copies a database that another process writes to: whole, and with all that was committed', async () => {
  const file = join(data, 'sessions.db')
  const child = spawn(process.execPath, ['--eval', writer, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let committed = 0
  const lines = createInterface({ input: child.stdout })
  try {
    for await (const line of lines) {
      committed = Number(line)
      if (committed >= 200) break
    }
    const before = committed
    expect(await backUp()).toMatchObject({ databases: ['sessions.db'] })
    const copy = new DatabaseSync(join(target, 'sessions.db'))
    const rows = Number(copy.prepare('SELECT count(*) AS count FROM rows').get()?.['count'])
    expect(copy.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    copy.close()
    expect(rows).toBeGreaterThanOrEqual(before)
    expect(rows % 2).toBe(0)
    expect(statSync(join(target, 'sessions.db')).mode & 0o777).toBe(statSync(file).mode & 0o777)
    expect(existsSync(join(target, 'sessions.db-wal'))).toBe(false)
    expect(child.exitCode).toBeNull()
  } finally {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
})

it('copies the embedded database unless a process uses it', async () => {
  mkdirSync(join(data, 'database'))
  writeFileSync(join(data, 'database/rows'), 'rows')
  const lock = await lockFolder(join(data, 'database'), 'main')
  expect(await backUp()).toMatchObject({
    omitted: [{ name: 'database', reason: 'a running hub uses it' }],
  })
  expect(readdirSync(target)).not.toContain('database')
  lock.release()
  rmSync(target, { recursive: true })
  expect(await backUp()).toMatchObject({ omitted: [] })
  expect(readFileSync(join(target, 'database/rows'), 'utf8')).toBe('rows')
})

it('writes into an empty folder, and refuses one that is not empty', async () => {
  mkdirSync(target)
  await backUp()
  await expect(backUp()).rejects.toThrow(
    `"${target}" is not empty. Choose a new folder for each backup.`,
  )
  expect(readdirSync(folder)).toEqual(['backup', 'data'])
})

it('refuses a folder within the data folder', async () => {
  target = join(data, 'backup')
  await expect(backUp()).rejects.toThrow('is in the data folder. Choose a folder outside it.')
  target = data
  await expect(backUp()).rejects.toThrow('is in the data folder.')
})

it('names a data folder that is missing or is a file', async () => {
  const missing = join(folder, 'none')
  await expect(backUpFolder({ data: missing, target, signal })).rejects.toThrow(
    `There is no data folder "${missing}". Set --data or MCP_DATA_DIR.`,
  )
})

it('leaves nothing behind if a database cannot be copied', async () => {
  writeFileSync(join(data, 'sessions.db'), 'not a database, and longer than one page'.repeat(100))
  await expect(backUp()).rejects.toThrow(
    'Cannot copy the database "sessions.db": file is not a database.',
  )
  expect(readdirSync(folder)).toEqual(['data'])
})
