import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { etagOf } from '../reading/etag.ts'
import type { Workspace } from '../fixtures/workspace.ts'
import { openWorkspace, recordOf, refusalOf } from '../fixtures/workspace.ts'

let workspace: Workspace

beforeEach(async () => {
  workspace = await openWorkspace({
    root: { exclude: ['private'] },
    files: { 'notes/a.txt': 'a', 'notes/b.md': 'b', 'private/c.txt': 'c', 'other/d.txt': 'd' },
    bounds: { maxWatches: 3, maxWatchedEntries: 50, maxPendingChanges: 20 },
  })
})

afterEach(() => workspace.close())

const eventually = (check: () => void) => vi.waitFor(check, 10_000)

const inSession = (sessionId: string) => ({ sessionId })

async function watch(
  sessionId: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const started = await workspace.call('watch', params, inSession(sessionId))
  expect(started).toHaveProperty('watchId')
  return String(recordOf(started)['watchId'])
}

/** Returns the type and the data of the notifications of one session. */
function notificationsOf(sessionId: string): unknown[] {
  return workspace.notifications
    .filter(
      ({ metadata }) => JSON.stringify(metadata['sessionIds']) === JSON.stringify([sessionId]),
    )
    .map(({ type, data }) => Object.assign({ type }, data))
}

it('notifies only the watching session', async () => {
  await watch('one', { path: 'notes' })
  await watch('two', { path: 'other' })
  await workspace.call('writeFile', { path: 'notes/a.txt', content: 'changed' }, inSession('three'))
  await eventually(() =>
    expect(notificationsOf('one')).toContainEqual({
      type: 'root-file-changed',
      root: 'workspace',
      path: 'notes/a.txt',
      change: 'modified',
      etag: etagOf(Buffer.from('changed')),
    }),
  )
  expect(notificationsOf('two')).toEqual([])
  expect(notificationsOf('three')).toEqual([])
  expect(JSON.stringify(workspace.notifications)).not.toContain('.mcp-tmp-')
})

it('emits creations and deletions of other processes, for matching paths only', async () => {
  await watch('one', { path: 'notes', glob: '*.md' })
  await writeFile(join(workspace.path, 'notes', 'new.txt'), 'x')
  await writeFile(join(workspace.path, 'notes', 'new.md'), 'x')
  await rm(join(workspace.path, 'notes', 'b.md'))
  await eventually(() => expect(notificationsOf('one')).toHaveLength(2))
  expect(notificationsOf('one')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ path: 'notes/new.md', change: 'created' }),
      expect.objectContaining({ path: 'notes/b.md', change: 'deleted' }),
    ]),
  )
})

it('emits nothing for excluded paths or targets of links', async () => {
  await mkdir(join(workspace.outside, 'elsewhere'))
  await symlink(join(workspace.outside, 'elsewhere'), join(workspace.path, 'notes', 'way-out'))
  await watch('one')
  await writeFile(join(workspace.path, 'private', 'new.txt'), 'x')
  await writeFile(join(workspace.outside, 'elsewhere', 'new.txt'), 'x')
  await writeFile(join(workspace.path, 'notes', 'seen.txt'), 'x')
  await eventually(() => expect(JSON.stringify(notificationsOf('one'))).toContain('seen.txt'))
  expect(JSON.stringify(notificationsOf('one'))).not.toMatch(/private|new\.txt/)
})

it('emits an overflow for too many changes and continues', async () => {
  await watch('one', { path: 'notes' })
  await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      writeFile(join(workspace.path, 'notes', `${index}`), 'x'),
    ),
  )
  await eventually(() =>
    expect(notificationsOf('one')).toContainEqual({
      type: 'root-watch-overflow',
      root: 'workspace',
      path: 'notes',
      reason: 'too-many-changes',
    }),
  )
  await writeFile(join(workspace.path, 'notes', 'a.txt'), 'afterwards')
  await eventually(() => expect(JSON.stringify(notificationsOf('one'))).toContain('notes/a.txt'))
})

it('ends with an overflow when the folder grows too large', async () => {
  const watchId = await watch('one', { path: 'notes' })
  await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      writeFile(join(workspace.path, 'notes', `${index}`), 'x'),
    ),
  )
  await eventually(() =>
    expect(notificationsOf('one')).toContainEqual(
      expect.objectContaining({ reason: 'watcher-failed' }),
    ),
  )
  const ended = await workspace.call('unwatch', { watchId }, inSession('one'))
  expect(refusalOf(ended)).toBe('not-found')
})

it('ends with an overflow when the watched folder is deleted', async () => {
  await watch('one', { path: 'notes', glob: '*.md' })
  await workspace.call('delete', { path: 'notes', recursive: true })
  await eventually(() =>
    expect(notificationsOf('one')).toContainEqual(
      expect.objectContaining({ reason: 'watcher-failed' }),
    ),
  )
})

it('emits nothing after unwatch, or to a session that ended or removed the root', async () => {
  const watchId = await watch('one', { path: 'notes' })
  await watch('two', { path: 'notes' })
  await watch('three', { path: 'notes' })
  await watch('witness', { path: 'notes' })
  expect(await workspace.call('unwatch', { watchId }, inSession('one'))).toEqual({ ended: watchId })
  await workspace.server.sessionClosed('two')
  await workspace.call('removeRoot', { root: 'workspace' }, inSession('three'))
  await writeFile(join(workspace.path, 'notes', 'a.txt'), 'changed')
  await eventually(() => expect(notificationsOf('witness')).toHaveLength(1))
  await eventually(() =>
    expect(notificationsOf('three')).toContainEqual(
      expect.objectContaining({ reason: 'watcher-failed' }),
    ),
  )
  const changes = ['one', 'two', 'three'].flatMap(notificationsOf)
  expect(JSON.stringify(changes)).not.toContain('root-file-changed')
})

it('limits the watches of a session and their entries', async () => {
  await watch('one')
  await watch('one')
  await watch('one')
  const outcome = await workspace.call('watch', {}, inSession('one'))
  expect(refusalOf(outcome)).toBe('too-many-watches')
  await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      writeFile(join(workspace.path, 'notes', `${index}`), 'x'),
    ),
  )
  const tooLarge = await workspace.call('watch', { path: 'notes' }, inSession('two'))
  expect(refusalOf(tooLarge)).toBe('too-many-entries')
})

it('requires a session', async () => {
  const outcome = await workspace.call('watch', {}, { sessionId: undefined })
  expect(refusalOf(outcome)).toBe('no-session')
})
