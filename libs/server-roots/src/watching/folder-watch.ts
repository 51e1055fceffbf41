import { basename, join, relative, sep } from 'node:path'

import { McpError } from '@mcp/protocol'
import type { FSWatcher } from 'chokidar'

import type { Bounds } from '../bounds.ts'
import { withEntry } from '../paths/entry.ts'
import { etagOfFile } from '../reading/etag.ts'
import { missing } from '../paths/file-error.ts'
import { compileGlob } from '../paths/glob.ts'
import { withFile } from '../paths/open-file.ts'
import { isTemporary, joinPath, parsePath } from '../paths/relative-path.ts'
import type { Root } from '../roots/root.ts'
import { requirePermission } from '../roots/root.ts'
import { walk } from '../directories/walk.ts'
import type { WatchRequest } from './watches.ts'

export type Change = 'created' | 'modified' | 'deleted'

/** What a watch tells. */
export type ChangeNews =
  | {
      readonly type: 'root-file-changed'
      readonly data: { root: string; path: string; change: Change; etag?: string }
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
  /** Ends the start of the watch, not the watch. */
  readonly signal: AbortSignal
  /** The root as the session has it now. */
  readonly findRoot: () => Root | undefined
  readonly tell: (news: ChangeNews) => void
  /** Called when the watch ends by itself. */
  readonly onEnd: () => void
}

// Changes that come together are told together, once a path.
const collectMs = 100

const changeOf: Readonly<Record<string, Change>> = {
  add: 'created',
  addDir: 'created',
  change: 'modified',
  unlink: 'deleted',
  unlinkDir: 'deleted',
}

/** Tells of changes below a folder until the returned function is called. */
export async function watchFolder(
  request: WatchRequest,
  options: FolderWatchOptions,
): Promise<() => Promise<void>> {
  const { bounds, signal, findRoot, tell, onEnd } = options
  const named = parsePath(request.path)
  const isWanted = request.glob === undefined ? () => true : compileGlob(request.glob)
  const { target, size } = await measure(request, named, options)

  const { watch } = await import('chokidar')
  let entries = size
  let pending = new Map<string, Change>()
  let isOverflown = false
  let timer: NodeJS.Timeout | undefined
  let flushing = Promise.resolve()
  let closing: Promise<void> | undefined
  const ended = new AbortController()

  const watcher = watch(target, {
    ignoreInitial: true,
    followSymlinks: false,
    ignorePermissionErrors: true,
    ...(request.recursive ? {} : { depth: 0 }),
    ignored: (path) => isTemporary(basename(path)),
  })

  function stop(): Promise<void> {
    closing ??= (async () => {
      clearTimeout(timer)
      ended.abort()
      await watcher.close()
      await flushing
    })()
    return closing
  }

  /** Ends a watch that can no longer be relied on, and says so. */
  function fail(): void {
    if (closing !== undefined) return
    tell(overflow(request.root, named, 'watcher-failed'))
    onEnd()
    void stop()
  }

  function collect(event: string, path: string): void {
    const change = changeOf[event]
    if (change === undefined || closing !== undefined) return
    entries += change === 'created' ? 1 : change === 'deleted' ? -1 : 0
    const below = relative(target, path).split(sep).join('/')
    // What is watched is gone: then nothing more will come, whatever was asked for.
    const isEnd = below === '' && change === 'deleted'
    if (below === '' && change === 'created') return
    if (!isEnd && !isWanted(below === '' ? basename(path) : below)) return
    if (pending.size >= bounds.pendingChanges) {
      isOverflown = true
      pending.clear()
    }
    if (!isOverflown) pending.set(below, merge(pending.get(below), change))
    timer ??= setTimeout(flush, collectMs).unref()
    // A watcher that is closed before it is ready never is, and its start would wait for ever.
    if (isReady && entries > bounds.watchedEntries) fail()
  }

  function flush(): void {
    timer = undefined
    const changes = pending
    const wasOverflown = isOverflown
    pending = new Map()
    isOverflown = false
    flushing = tellAll(changes, wasOverflown, flushing)
  }

  async function tellAll(
    changes: ReadonlyMap<string, Change>,
    wasOverflown: boolean,
    before: Promise<void>,
  ): Promise<void> {
    await before
    if (wasOverflown) tell(overflow(request.root, named, 'too-many-changes'))
    for (const [below, change] of changes) {
      if (ended.signal.aborted) return
      const root = findRoot()
      if (root?.permissions.has('read') !== true) return fail()
      await tellChange(root, joinPath(named, below), change, options, ended.signal)
      if (below === '' && change === 'deleted') return fail()
    }
  }

  let isReady = false
  watcher.on('all', collect)
  // Always there: an error that nobody listens to would end the process.
  watcher.on('error', () => {
    if (isReady) fail()
  })
  try {
    await untilReady(watcher, signal)
    // What was made meanwhile counts as well.
    if (entries > bounds.watchedEntries) throw tooManyEntries(bounds)
  } catch (thrown) {
    await stop()
    throw thrown
  }
  isReady = true
  return stop
}

/** Where the watched folder really is, and how much it holds. */
async function measure(
  { recursive }: WatchRequest,
  path: string,
  { findRoot, bounds, signal }: FolderWatchOptions,
): Promise<{ readonly target: string; readonly size: number }> {
  const root = findRoot()
  if (root === undefined) throw missing(path)
  requirePermission(root, 'read')
  return withEntry(root, path, {}, async (entry) => {
    if (entry.stats === undefined) throw missing(path)
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
      if (++size <= bounds.watchedEntries) continue
      await entries.return(undefined)
      throw tooManyEntries(bounds)
    }
    return { target, size }
  })
}

function tooManyEntries({ watchedEntries }: Bounds): McpError {
  return new McpError(
    'payload-too-large',
    `The folder holds more than ${watchedEntries} entries; watch one further down.`,
    { details: { reason: 'too-many-entries' } },
  )
}

async function untilReady(watcher: FSWatcher, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    watcher.once('ready', () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    watcher.once('error', (cause) => {
      signal.removeEventListener('abort', abort)
      const message = 'The system lets no more folders be watched.'
      reject(new McpError('unavailable', message, { cause }))
    })
  })
}

/** Two changes of one path in a row, as one. */
function merge(before: Change | undefined, now: Change): Change {
  if (before === 'created' && now === 'modified') return 'created'
  return before === 'deleted' && now === 'created' ? 'modified' : now
}

/** Tells of a change, where the session may see the path: looked at anew, as any path is. */
async function tellChange(
  root: Root,
  path: string,
  change: Change,
  { tell, bounds }: FolderWatchOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    const etag = await withEntry(root, path, {}, async (entry) => {
      const { stats } = entry
      const isHashed = stats?.isFile() === true && stats.size <= bounds.readBytes
      if (change === 'deleted' || !isHashed) return undefined
      return withFile(entry, ({ handle }) => etagOfFile(handle, signal))
    })
    tell(changed(root, path, change, etag))
  } catch (thrown) {
    const isGone = McpError.is(thrown) && thrown.code === 'not-found'
    // Its folder is gone as well. Everything else is not for this session.
    if (isGone && root.isVisible(path, 'file')) tell(changed(root, path, 'deleted', undefined))
  }
}

function changed(root: Root, path: string, change: Change, etag: string | undefined): ChangeNews {
  const data = { root: root.name, path, change }
  return { type: 'root-file-changed', data: etag === undefined ? data : { ...data, etag } }
}

function overflow(
  root: string,
  path: string,
  reason: 'too-many-changes' | 'watcher-failed',
): ChangeNews {
  return { type: 'root-watch-overflow', data: { root, path, reason } }
}
