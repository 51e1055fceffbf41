import type { Stats } from 'node:fs'
import { basename, relative, sep } from 'node:path'

import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'
import type { FSWatcher } from 'chokidar'

import { fileError, isSystemError } from './file-error.ts'
import { isTemporaryName } from './temporary-name.ts'

export type FileChange = 'created' | 'modified' | 'deleted'

/** Changes that were collected over a short time. */
export interface FileChanges {
  /** Changes by path. Paths are relative to the folder. The empty path is the folder itself. */
  readonly changes: ReadonlyMap<string, FileChange>
  /** If true, more than `maxPending` paths changed, and `changes` lists at most the folder's deletion. */
  readonly overflowed: boolean
}

export interface WatchFolderOptions {
  /** Runs with each batch of changes. The next batch waits until the returned promise settles. */
  readonly onChanges: (batch: FileChanges) => void | Promise<void>
  /**
   * Called if the watcher fails after its start, and changes may be missed from then on. Also called if
   * `onChanges` or `accepts` throws.
   */
  readonly onError: (error: McpError) => void
  /** Maximum number of directory levels below the folder. Default: no limit. */
  readonly depth?: number | undefined
  /** Returns true to exclude a path (relative to the folder) and everything below it from watching. */
  readonly ignores?: ((path: string, stats: Stats | undefined) => boolean) | undefined
  /** Returns whether to collect a change. The deletion of the folder itself is always collected. */
  readonly accepts?: ((path: string, change: FileChange) => boolean) | undefined
  /** Maximum number of changed paths per batch. Default: no limit. */
  readonly maxPending?: number | undefined
  /** Aborts the start. Has no effect later. */
  readonly signal?: AbortSignal | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

// Chokidar drops repeated changes of a file within 50 ms. This delay is longer, so that a listener that
// reads the file sees the content after the dropped changes.
const collectMs = 100

const changeByEvent: ReadonlyMap<string, FileChange> = new Map([
  ['add', 'created'],
  ['addDir', 'created'],
  ['change', 'modified'],
  ['unlink', 'deleted'],
  ['unlinkDir', 'deleted'],
])

/**
 * Watches a folder or a single file. Resolves with a stop function when watching has started. Links
 * are not followed, and files that are still being written are ignored.
 *
 * @param path - Absolute path without links, such as `FolderLocation.realPath`.
 * @throws McpError `unavailable`, reason `watch-limit`, if the system cannot watch more files; or the reason of
 * `signal` if it is aborted before the start.
 *
 * @example
 * const stop = await watchFolder(realPath, {
 *   onChanges: ({ changes }) => console.log(changes),
 *   onError: (error) => console.error(error),
 * })
 */
// It is one function because its timer, its queue and its stop share their state.
// oxlint-disable-next-line max-lines-per-function
export async function watchFolder(
  path: string,
  options: WatchFolderOptions,
): Promise<() => Promise<void>> {
  const { onChanges, onError, depth, ignores, accepts, signal } = options
  const { maxPending = Infinity, clock = systemClock } = options
  const { watch } = await import('chokidar')
  let pending = new Map<string, FileChange>()
  let overflowed = false
  let cancelFlush: (() => void) | undefined
  let delivered = Promise.resolve()
  let isReady = false
  let stopped: Promise<void> | undefined

  const pathOf = (changed: string): string => relative(path, changed).split(sep).join('/')
  const watcher = watch(path, {
    ignoreInitial: true,
    followSymlinks: false,
    // A directory that this process cannot read is skipped. The other directories are watched.
    ignorePermissionErrors: true,
    ...(depth === undefined ? {} : { depth }),
    ignored: (found, stats) =>
      isTemporaryName(basename(found)) ||
      (found !== path && ignores?.(pathOf(found), stats) === true),
  })

  function stop(): Promise<void> {
    stopped ??= (async () => {
      cancelFlush?.()
      await watcher.close()
      await delivered
    })()
    return stopped
  }

  function collect(event: string, found: string): void {
    const change = changeByEvent.get(event)
    if (change === undefined || stopped !== undefined) return
    const changed = pathOf(found)
    if (changed === '' && change === 'created') return
    const isEnd = changed === '' && change === 'deleted'
    if (!isEnd && !isAccepted(changed, change)) return
    if (!overflowed && pending.size >= maxPending && !pending.has(changed)) {
      overflowed = true
      pending.clear()
    }
    if (isEnd || !overflowed) pending.set(changed, mergeChanges(pending.get(changed), change))
    scheduleFlush()
  }

  // An exception in an event of the watcher would end the process.
  function isAccepted(changed: string, change: FileChange): boolean {
    try {
      return accepts?.(changed, change) !== false
    } catch (thrown) {
      report(McpError.from(thrown))
      return false
    }
  }

  function report(error: McpError): void {
    try {
      onError(error)
    } catch {
      // An error thrown by `onError` itself cannot be reported.
    }
  }

  function scheduleFlush(): void {
    const isEmpty = pending.size === 0 && !overflowed
    // Nothing is delivered before the watcher is ready, because the caller of `watchFolder` does not
    // have the stop function until then.
    if (isReady && !isEmpty) cancelFlush ??= clock.after(collectMs, flush)
  }

  function flush(): void {
    cancelFlush = undefined
    const batch = { changes: pending, overflowed }
    pending = new Map()
    overflowed = false
    delivered = delivered.then(() => deliver(batch))
  }

  async function deliver(batch: FileChanges): Promise<void> {
    if (stopped !== undefined) return
    try {
      await onChanges(batch)
    } catch (thrown) {
      report(McpError.from(thrown))
    }
  }

  watcher.on('all', collect)
  // This listener is never removed, because an error event without a listener would end the process.
  watcher.on('error', (thrown) => {
    if (isReady && stopped === undefined) report(watchError(thrown))
  })
  try {
    await untilReady(watcher, signal)
  } catch (thrown) {
    await stop()
    throw thrown
  }
  isReady = true
  scheduleFlush()
  return stop
}

async function untilReady(watcher: FSWatcher, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = (): void => reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  watcher.once('ready', () => resolve())
  watcher.once('error', (thrown) => reject(watchError(thrown)))
  try {
    signal?.throwIfAborted()
    await promise
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

/** Merges two consecutive changes of a path. */
function mergeChanges(before: FileChange | undefined, now: FileChange): FileChange {
  if (before === 'created' && now === 'modified') return 'created'
  return before === 'deleted' && now === 'created' ? 'modified' : now
}

function watchError(thrown: unknown): McpError {
  if (!isSystemError(thrown, 'ENOSPC', 'EMFILE', 'ENFILE')) {
    return fileError(thrown, { label: 'The watched folder' })
  }
  const message =
    'The system cannot watch more files. On Linux, raise fs.inotify.max_user_watches or fs.inotify.max_user_instances; or watch fewer files.'
  return new McpError('unavailable', message, { details: { reason: 'watch-limit' }, cause: thrown })
}
