import { EventEmitter } from 'node:events'

import { expect, it, vi } from 'vitest'

import { openWorkspace, refusalOf } from '../fixtures/workspace.ts'

/** A watcher whose start takes as long as the test wants. */
const watcher = Object.assign(new EventEmitter(), {
  close: vi.fn<() => Promise<void>>(async () => {}),
})

vi.mock('chokidar', () => ({ watch: () => watcher }))

it('is refused at once where the folder grows too large before it is watched', async () => {
  const watchedEntries = 3
  const workspace = await openWorkspace({ bounds: { watchedEntries }, files: { 'a.txt': '' } })
  const started = workspace.call('watch')
  await vi.waitFor(() => expect(watcher.eventNames()).toContain('ready'))
  for (const name of ['b', 'c', 'd', 'e']) watcher.emit('all', 'add', `${workspace.path}/${name}`)
  watcher.emit('ready')
  expect(refusalOf(await started)).toBe('too-many-entries')
  expect(watcher.close).toHaveBeenCalledOnce()
  expect(workspace.told).toEqual([])
  await workspace.close()
})
