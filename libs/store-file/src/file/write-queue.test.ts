import { systemClock } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { openDatabase } from './database.ts'
import { createFailureMonitor } from './failure-monitor.ts'
import { createWriteQueue } from './write-queue.ts'

function open() {
  const monitor = createFailureMonitor({ file: '', clock: systemClock, onError: () => {} })
  const database = openDatabase(':memory:', monitor)
  database.execute('CREATE TABLE notes (text TEXT NOT NULL UNIQUE)')
  const insert = database.prepare('INSERT INTO notes VALUES (?)')
  const counts = { transactions: 0, notes: 0 }
  let before = 0
  const mirror = {
    begin() {
      counts.transactions++
      before = counts.notes
    },
    rollback() {
      counts.notes = before
    },
  }
  const queue = createWriteQueue({ database, mirrors: [mirror], onCommit: () => {} })
  const add = (text: string): Promise<number> =>
    queue.add(() => {
      counts.notes++
      return insert.run(text).insertedId
    })
  const select = database.prepare('SELECT text FROM notes ORDER BY rowid')
  const texts = () => select.all().map(({ text }) => text)
  return { queue, database, add, texts, counts }
}

it('commits the writes of one turn in one transaction, in their order', async () => {
  const { add, texts, counts } = open()
  const ids = Promise.all([add('a'), add('b'), add('c')])
  expect(texts()).toEqual([])
  expect(await ids).toEqual([1, 2, 3])
  expect(texts()).toEqual(['a', 'b', 'c'])
  await add('d')
  expect(counts).toEqual({ transactions: 2, notes: 4 })
})

it('fails only the write that failed', async () => {
  const { add, texts, counts } = open()
  const results = await Promise.allSettled([add('a'), add('a'), add('b')])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(texts()).toEqual(['a', 'b'])
  expect(counts.notes).toBe(2)
})

it('fails every write while the file cannot be written, and recovers', async () => {
  const { database, add, texts, counts } = open()
  database.execute('PRAGMA query_only = 1')
  const results = await Promise.allSettled([add('a'), add('b')])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(counts.notes).toBe(0)
  database.execute('PRAGMA query_only = 0')
  await add('a')
  expect(texts()).toEqual(['a'])
})

it('undoes the part of a write that failed, if the write goes on', async () => {
  const { queue, database, texts } = open()
  const insert = database.prepare('INSERT INTO notes VALUES (?)')
  await queue.add(() => {
    insert.run('a')
    expect(() =>
      database.transaction(() => {
        insert.run('b')
        insert.run('a')
      }),
    ).toThrow('The data store failed')
  })
  expect(texts()).toEqual(['a'])
})

it('lets writes wait while it is paused', async () => {
  const { queue, add, texts } = open()
  queue.pause()
  const adding = add('a')
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  expect(texts()).toEqual([])
  queue.resume()
  await adding
  expect(texts()).toEqual(['a'])
})
