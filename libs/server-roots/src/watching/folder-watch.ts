import { basename, join } from 'node:path'

import type { FileChange, FileChanges } from '@mcp/files'
import {
  compileGlob,
  fileNotFound,
  joinPath,
  parsePath,
  watchFolder as watchFiles,
  withFile,
} from '@mcp/files'
import { McpError } from '@mcp/protocol'
import { notFound } from '@mcp/server'

import type { Bounds } from '../bounds.ts'
import { walk } from '../directories/walk.ts'
import { withEntry } from '../paths/root-entry.ts'
import { etagOfFile } from '../reading/etag.ts'
import type { Root } from '../roots/root.ts'
import { requirePermission } from '../roots/root.ts'

/** A request to watch a folder. */
export interface WatchRequest {
  readonly root: string
  readonly path: string
  readonly recursive: boolean
  readonly glob?: string | undefined
}

/** An event of a watch. */
export type ChangeEvent =
  | {
      readonly type: 'root-file-changed'
      readonly data: { root: string; path: string; change: FileChange; etag?: string }
    }
  | {
      readonly type: 'root-watch-overflow'
      readonly data: {
        root: string
        path: string
        reason: 'too-many-changes' | 'watcher-failed'
      }
    }

export interface FolderWatchOptions {
  readonly bounds: Bounds
  /** Aborts the start of the watch. Has no effect later. */
  readonly signal: AbortSignal
  /** Returns the current root of the session, or undefined if the session has removed it. */
  readonly findRoot: () => Root | undefined
  readonly emit: (event: ChangeEvent) => void
  /** Called when the watch ends without a call of the returned function. */
  readonly onEnd: () => void
}

/** Emits the changes below a folder until the returned function is called. */
export async function watchFolder(
  request: WatchRequest,
  options: FolderWatchOptions,
): Promise<() => Promise<void>> {
  const { bounds, signal, findRoot, emit, onEnd } = options
  const path = parsePath(request.path, 'path')
  const matches =
    request.glob === undefined
      ? () => true
      : compileGlob(request.glob, { relative: true, param: 'glob' })
  const { target, size } = await measure(request, path, options)
  let entries = size
  let isReady = false
  const ended = new AbortController()

  const stopWatcher = await watchFiles(target, {
    ...(request.recursive ? {} : { depth: 0 }),
    maxPending: bounds.maxPendingChanges,
    signal,
    accepts(changed, change) {
      entries += change === 'created' ? 1 : change === 'deleted' ? -1 : 0
      // `fail` must not close the watcher before it is ready. `watchFiles` would then never resolve.
      if (isReady && entries > bounds.maxWatchedEntries) fail()
      return matches(changed === '' ? basename(target) : changed)
    },
    onChanges: emitChanges,
    onError: fail,
  })
  if (entries > bounds.maxWatchedEntries) {
    await stopWatcher()
    throw tooManyEntries(bounds)
  }
  isReady = true
  return stop

  async function stop(): Promise<void> {
    ended.abort()
    await stopWatcher()
  }

  /** Emits `root-watch-overflow` and stops the watch, which is no longer reliable. */
  function fail(): void {
    if (ended.signal.aborted) return
    emit(overflow(request.root, path, 'watcher-failed'))
    onEnd()
    // An error is ignored, because the watch has ended for the session in any case.
    stop().catch(() => {})
  }

  async function emitChanges({ changes, overflowed }: FileChanges): Promise<void> {
    if (overflowed) emit(overflow(request.root, path, 'too-many-changes'))
    for (const [changed, change] of changes) {
      if (ended.signal.aborted) return
      const root = findRoot()
      if (root?.permissions.has('read') !== true) return fail()
      await emitChange(root, joinPath(path, changed), change, options, ended.signal)
      if (changed === '' && change === 'deleted') return fail()
    }
  }
}

/** Returns the location of the folder or file to watch and its number of entries. */
async function measure(
  { root: name, recursive }: WatchRequest,
  path: string,
  { findRoot, bounds, signal }: FolderWatchOptions,
): Promise<{ readonly target: string; readonly size: number }> {
  const root = findRoot()
  if (root === undefined) throw notFound('root', name, [])
  requirePermission(root, 'read')
  return withEntry(root, path, {}, async (entry) => {
    if (entry.stats === undefined) throw fileNotFound(entry)
    const { realPath } = entry.directory
    const target = entry.name === '.' ? realPath : join(realPath, entry.name)
    if (!entry.stats.isDirectory()) {
      await withFile(entry, async () => {})
      return { target, size: 1 }
    }
    let size = 0
    const depth = recursive ? undefined : 1
    const entries = walk(entry, { depth, bounds, signal, onlyVisible: false })
    while ((await entries.next()).done !== true) {
      if (++size <= bounds.maxWatchedEntries) continue
      await entries.return(undefined)
      throw tooManyEntries(bounds)
    }
    return { target, size }
  })
}

function tooManyEntries({ maxWatchedEntries }: Bounds): McpError {
  return new McpError(
    'payload-too-large',
    `The folder has more than ${maxWatchedEntries} entries. Watch a folder further down.`,
    { details: { reason: 'too-many-entries' } },
  )
}

/** Emits a change if the session may see the path. Resolving the path again checks this. */
async function emitChange(
  root: Root,
  path: string,
  change: FileChange,
  { emit, bounds }: FolderWatchOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    const etag = await withEntry(root, path, {}, async (entry) => {
      const { stats } = entry
      const isHashed = stats?.isFile() === true && stats.size <= bounds.maxReadBytes
      if (change === 'deleted' || !isHashed) return undefined
      return withFile(entry, ({ handle }) => etagOfFile(handle, signal))
    })
    emit(changed(root, path, change, etag))
  } catch (thrown) {
    const isMissing = McpError.is(thrown) && thrown.code === 'not-found'
    // The path, or its directory, no longer exists, and the deletion is emitted. After any other error,
    // nothing is emitted, because the session may not see the path.
    if (isMissing && root.isVisible(path, 'file')) emit(changed(root, path, 'deleted', undefined))
  }
}

function changed(
  root: Root,
  path: string,
  change: FileChange,
  etag: string | undefined,
): ChangeEvent {
  const data = { root: root.name, path, change }
  return { type: 'root-file-changed', data: etag === undefined ? data : { ...data, etag } }
}

function overflow(
  root: string,
  path: string,
  reason: 'too-many-changes' | 'watcher-failed',
): ChangeEvent {
  return { type: 'root-watch-overflow', data: { root, path, reason } }
}
