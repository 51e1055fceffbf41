import { expect, it, onTestFinished } from 'vitest'

import { openWorkspace, refusalOf } from './fixtures/workspace.ts'

// Each edit compares the whole text, so it runs in the sandbox.
const line = 'a line of the file\n'
const edits = Array.from({ length: 20 }, () => ({ oldText: 'x', newText: 'y'.repeat(50) }))

it.each([
  ['editFile', { edits, dryRun: true }],
  ['searchText', { pattern: '(a|b)+x', regex: true }],
])('counts the jobs of %s per caller', async (operation, params) => {
  const workspace = await openWorkspace({
    files: Object.fromEntries(
      Array.from({ length: 7 }, (_, at) => [`${at}.txt`, `${line.repeat(20_000)}x`]),
    ),
    sandbox: { maxConcurrent: 1, maxQueued: 8, maxQueuedPerCaller: 1 },
  })
  onTestFinished(() => workspace.close())
  // Edits of one file wait for each other, so each call edits its own file.
  const run = (sessionId: string, at: number) =>
    workspace.call(
      operation,
      operation === 'editFile' ? { path: `${at}.txt`, ...params } : params,
      {
        sessionId,
      },
    )
  const [others, one] = await Promise.all([
    Promise.all(Array.from({ length: 6 }, (_, at) => run('a', at))),
    run('b', 6),
  ])
  expect(others.map(refusalOf)).toContain('unavailable')
  expect(refusalOf(one)).not.toBe('unavailable')
})
