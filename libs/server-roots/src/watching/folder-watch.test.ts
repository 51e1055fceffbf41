import type * as Files from '@mcp/files'
import { expect, it, vi } from 'vitest'

import { openWorkspace, refusalOf } from '../fixtures/workspace.ts'

const stop = vi.fn<() => Promise<void>>(async () => {})

vi.mock('@mcp/files', async (importOriginal) => {
  const original = await importOriginal<typeof Files>()
  const watchFolder: typeof original.watchFolder = async (_path, { accepts }) => {
    for (const name of ['b', 'c', 'd', 'e']) accepts?.(name, 'created')
    return stop
  }
  return { ...original, watchFolder }
})

it('is refused if the folder grows too large before it is watched', async () => {
  const maxWatchedEntries = 3
  const workspace = await openWorkspace({ bounds: { maxWatchedEntries }, files: { 'a.txt': '' } })
  expect(refusalOf(await workspace.call('watch'))).toBe('too-many-entries')
  expect(stop).toHaveBeenCalledOnce()
  expect(workspace.notifications).toEqual([])
  await workspace.close()
})
