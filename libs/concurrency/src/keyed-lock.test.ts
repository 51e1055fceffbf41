import { expect, it } from 'vitest'

import { createKeyedLock } from './keyed-lock.ts'

/** Creates a task that logs its start and its end. The task ends when `end` is called. */
function createWork(name: string, log: string[]) {
  const { promise, resolve } = Promise.withResolvers<void>()
  return {
    end: resolve,
    work: async () => {
      log.push(`${name} begins`)
      await promise
      log.push(`${name} ends`)
      return name
    },
  }
}

/** Resolves after the callbacks of all settled promises have run. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

it('runs tasks of one key one after the other, in order of arrival', async () => {
  const lock = createKeyedLock()
  const log: string[] = []
  const first = createWork('first', log)
  const second = createWork('second', log)
  const outcomes = Promise.all([lock.run(['a'], first.work), lock.run(['a'], second.work)])
  second.end()
  await settle()
  expect(log).toEqual(['first begins'])
  first.end()
  expect(await outcomes).toEqual(['first', 'second'])
  expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
})

it('runs tasks of other keys concurrently', async () => {
  const lock = createKeyedLock()
  const held = createWork('held', [])
  const holding = lock.run(['a'], held.work)
  expect(await lock.run(['b'], async () => 'free')).toBe('free')
  held.end()
  await holding
})

it('takes several keys together, in any order', async () => {
  const lock = createKeyedLock()
  const log: string[] = []
  const first = createWork('first', log)
  const second = createWork('second', log)
  const third = createWork('third', log)
  const outcomes = Promise.all([
    lock.run(['a', 'b'], first.work),
    lock.run(['b', 'a', 'b'], second.work),
    lock.run(['b'], third.work),
  ])
  for (const { end } of [third, second]) end()
  await settle()
  expect(log).toEqual(['first begins'])
  first.end()
  expect(await outcomes).toEqual(['first', 'second', 'third'])
})

it('continues after a task that failed', async () => {
  const lock = createKeyedLock()
  const failing = lock.run(['a'], () => Promise.reject(new Error('no')))
  const next = lock.run(['a'], async () => 'done')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('done')
})

it('never starts a task that was aborted before its turn', async () => {
  const lock = createKeyedLock()
  const log: string[] = []
  const first = createWork('first', log)
  const givenUp = new AbortController()
  const holding = lock.run(['a'], first.work)
  const waiting = lock.run(['a'], createWork('second', log).work, givenUp.signal)
  const last = lock.run(['a'], async () => 'last')
  givenUp.abort(new Error('given up'))
  first.end()
  await expect(waiting).rejects.toThrow('given up')
  expect(await last).toBe('last')
  await holding
  expect(log).toEqual(['first begins', 'first ends'])
})
