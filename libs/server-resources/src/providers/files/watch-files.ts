import { relative, sep } from 'node:path'

import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { ResourceChange, ResourceInfo, WatchOptions } from '../resource-provider.ts'
import { isErrno } from './file-failure.ts'
import type { FileUris } from './file-uris.ts'

export interface WatchFilesOptions extends WatchOptions {
  readonly root: string
  readonly uris: FileUris
  readonly clock: Clock
  /** What is there now. */
  readonly stat: (uri: string) => Promise<ResourceInfo | undefined>
}

type Change = ResourceChange['change']

const changes: ReadonlyMap<string, Change> = new Map([
  ['add', 'created'],
  ['change', 'updated'],
  ['unlink', 'deleted'],
])

// The watching library drops a change that follows another of the same file within 50 ms.
const lookAgainMs = 150

/**
 * Tells of the changes below a folder from the moment it answers, until the returned function is called.
 *
 * @throws McpError `unavailable`, reason `watch-limit`, where the system watches no more files.
 */
export async function watchFiles(options: WatchFilesOptions): Promise<() => Promise<void>> {
  const { root, uris, clock, stat, onChange, onError } = options
  const { watch } = await import('chokidar')
  const seen = new Map<string, Change>()
  const secondLooks = new Map<string, () => void>()
  let isLooking = false
  let isStopped = false

  const segmentsOf = (path: string): string[] => relative(root, path).split(sep)
  const watcher = watch(root, {
    ignoreInitial: true,
    followSymlinks: false,
    // A folder that is not open to this server has no resources; the others are watched all the same.
    ignorePermissionErrors: true,
    ignored: (path, stats) =>
      path !== root &&
      (!uris.isVisible(segmentsOf(path)) ||
        (stats !== undefined &&
          !stats.isFile() &&
          !stats.isDirectory() &&
          !stats.isSymbolicLink())),
  })

  async function tell(uri: string, change: Change): Promise<void> {
    const info = await stat(uri)
    if (isStopped) return
    if (info === undefined) {
      if (change === 'deleted') onChange({ uri, change })
    } else {
      onChange({ uri, change: change === 'deleted' ? 'updated' : change, etag: info.etag })
    }
  }

  async function look(): Promise<void> {
    isLooking = true
    for (const [uri, change] of seen) {
      seen.delete(uri)
      try {
        await tell(uri, change)
      } catch (thrown) {
        // A link that leads out, or a file that is not open to this server, is none of the resources.
        if (!McpError.is(thrown) || thrown.code === 'internal') onError(thrown)
      }
    }
    isLooking = false
  }

  function note(uri: string, change: Change): void {
    if (isStopped) return
    seen.set(uri, change)
    if (!isLooking) void look()
  }

  watcher.on('all', (event, path) => {
    const change = changes.get(event)
    if (change === undefined) return
    const uri = uris.uriOf(segmentsOf(path))
    note(uri, change)
    secondLooks.get(uri)?.()
    const cancel = clock.after(lookAgainMs, () => {
      secondLooks.delete(uri)
      note(uri, change === 'deleted' ? 'deleted' : 'updated')
    })
    secondLooks.set(uri, cancel)
  })

  async function stop(): Promise<void> {
    isStopped = true
    for (const cancel of secondLooks.values()) cancel()
    secondLooks.clear()
    seen.clear()
    await watcher.close()
  }

  try {
    await new Promise<void>((resolve, reject) => {
      watcher.once('ready', () => resolve())
      watcher.once('error', (thrown) => reject(watchFailure(thrown)))
    })
  } catch (thrown) {
    await stop()
    throw thrown
  }
  watcher.on('error', (thrown) => onError(watchFailure(thrown)))
  return stop
}

function watchFailure(thrown: unknown): McpError {
  if (!isErrno(thrown, 'ENOSPC', 'EMFILE', 'ENFILE')) return McpError.internal(thrown)
  const message =
    'The system watches no more files (on Linux see fs.inotify.max_user_watches); leave folders out by exclude.'
  return new McpError('unavailable', message, { details: { reason: 'watch-limit' }, cause: thrown })
}
