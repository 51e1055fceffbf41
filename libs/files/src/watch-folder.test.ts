import { EventEmitter } from 'node:events'

import type { Clock } from '@mcp/protocol'
import { beforeEach, expect, it, vi } from 'vitest'

import type { FileChanges, WatchFolderOptions } from './watch-folder.ts'
import { watchFolder } from './watch-folder.ts'

/** A watcher whose events the test emits. */
const watcher = Object.assign(new EventEmitter(), {
  close: vi.fn<() => Promise<void>>(async () => {}),
})
vi.mock('chokidar', () => ({ watch: () => watcher }))

let timers: (() => void)[]
const clock: Clock = {
  now: () => 0,
  after(_ms, run) {
    timers.push(run)
    return () => {
      timers = timers.filter((timer) => timer !== run)
    }
  },
  every: () => () => {},
}
const runTimers = (): void => timers.splice(0).forEach((run) => run())

let batches: FileChanges[]
let errors: unknown[]
beforeEach(() => {
  watcher.removeAllListeners()
  watcher.close.mockClear()
  timers = []
  batches = []
  errors = []
})

async function start(options: Partial<WatchFolderOptions> = {}): Promise<() => Promise<void>> {
  const started = watchFolder('/folder', {
    onChanges: (batch) => void batches.push(batch),
    onError: (error) => errors.push(error),
    clock,
    ...options,
  })
  await vi.waitFor(() => expect(watcher.eventNames()).toContain('ready'))
  watcher.emit('ready')
  return started
}

const emit = (event: string, path: string): boolean => watcher.emit('all', event, path)
const delivered = (): [string, string][][] => batches.map(({ changes }) => Array.from(changes))

it('delivers the changes of a short time together, once per path', async () => {
  await start()
  emit('add', '/folder/a')
  emit('change', '/folder/a')
  emit('unlink', '/folder/b/c')
  emit('add', '/folder/b/c')
  emit('addDir', '/folder')
  emit('raw', '/folder/a')
  runTimers()
  await vi.waitFor(() =>
    expect(delivered()).toEqual([
      [
        ['a', 'created'],
        ['b/c', 'modified'],
      ],
    ]),
  )
})

it('delivers only accepted changes, and always the deletion of the folder', async () => {
  await start({ accepts: (path) => path.endsWith('.md') })
  emit('change', '/folder/a.txt')
  emit('change', '/folder/a.md')
  emit('unlinkDir', '/folder')
  runTimers()
  await vi.waitFor(() =>
    expect(delivered()).toEqual([
      [
        ['a.md', 'modified'],
        ['', 'deleted'],
      ],
    ]),
  )
})

it('reports an overflow in place of too many changes', async () => {
  await start({ maxPending: 2 })
  for (const name of ['a', 'b', 'c', 'd']) emit('change', `/folder/${name}`)
  runTimers()
  await vi.waitFor(() => expect(batches).toEqual([{ changes: new Map(), overflowed: true }]))
  emit('change', '/folder/e')
  runTimers()
  await vi.waitFor(() => expect(batches).toHaveLength(2))
  expect(batches[1]?.overflowed).toBe(false)
})

it('waits for each batch before the next, and for the last one before stop resolves', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = await start({
    onChanges(batch) {
      batches.push(batch)
      return promise
    },
  })
  emit('change', '/folder/a')
  runTimers()
  await vi.waitFor(() => expect(batches).toHaveLength(1))
  emit('change', '/folder/b')
  runTimers()
  let isStopped = false
  const stopping = stop().then(() => (isStopped = true))
  await Promise.resolve()
  expect(isStopped).toBe(false)
  resolve()
  await stopping
  expect(batches).toHaveLength(1)
})

it.each([
  ['ENOSPC', 'watch-limit'],
  ['EMFILE', 'watch-limit'],
  ['EACCES', 'no-permission'],
])('fails to start with %s: %s', async (code, reason) => {
  const started = watchFolder('/folder', { onChanges() {}, onError() {}, clock })
  await vi.waitFor(() => expect(watcher.eventNames()).toContain('ready'))
  watcher.emit('error', Object.assign(new Error(code), { code }))
  await expect(started).rejects.toMatchObject({ details: { reason } })
  expect(watcher.close).toHaveBeenCalledOnce()
})

it('stops starting when the signal is aborted', async () => {
  const controller = new AbortController()
  const { signal } = controller
  const started = watchFolder('/folder', { onChanges() {}, onError() {}, clock, signal })
  await vi.waitFor(() => expect(watcher.eventNames()).toContain('ready'))
  const reason = new Error('stop')
  controller.abort(reason)
  await expect(started).rejects.toBe(reason)
  expect(watcher.close).toHaveBeenCalledOnce()
})

it('reports later errors, including those of the listener, and nothing after it has stopped', async () => {
  const stop = await start({ onChanges: () => Promise.reject(new Error('listener')) })
  watcher.emit('error', Object.assign(new Error('EMFILE'), { code: 'EMFILE' }))
  expect(errors).toMatchObject([{ code: 'unavailable' }])
  emit('change', '/folder/a')
  runTimers()
  await vi.waitFor(() => expect(errors).toMatchObject([{}, { code: 'internal' }]))
  emit('change', '/folder/b')
  await stop()
  runTimers()
  watcher.emit('error', new Error('late'))
  emit('change', '/folder/c')
  expect(timers).toEqual([])
  expect(errors).toHaveLength(2)
})

it.each(['accepts', 'onChanges', 'onError'] as const)(
  'survives an exception of %s in an event of the watcher',
  async (name) => {
    const fail = (): never => {
      throw new Error('A listener failed.')
    }
    await start({ [name]: fail, ...(name === 'onError' && { accepts: fail }) })
    expect(() => emit('add', '/folder/a')).not.toThrow()
    expect(() => watcher.emit('error', new Error('The watcher failed.'))).not.toThrow()
    runTimers()
    await vi.waitFor(() => expect(errors).toHaveLength(name === 'onError' ? 0 : 2))
  },
)
