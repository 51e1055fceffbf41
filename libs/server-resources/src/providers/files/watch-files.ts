import type { FileChange, SafeFolder } from '@mcp/files'
import { watchFolder } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { ResourceChange, ResourceInfo, WatchOptions } from '../resource-provider.ts'
import type { FileUris } from './file-uris.ts'

export interface WatchFilesOptions extends WatchOptions {
  readonly folder: SafeFolder
  readonly uris: FileUris
  /** Returns the current metadata of a file. */
  readonly stat: (uri: string) => Promise<ResourceInfo | undefined>
}

const changeNames = { created: 'created', modified: 'updated', deleted: 'deleted' } as const

/**
 * Watches a folder. Changes are reported after the promise resolves, until the returned function is
 * called.
 *
 * @throws McpError `unavailable`, reason `watch-limit`, if the system cannot watch more files.
 */
export async function watchFiles(options: WatchFilesOptions): Promise<() => Promise<void>> {
  const { folder, uris, stat, onChange, onError } = options
  const { realPath } = await folder.locate()
  // Known directories. The watcher reports a deleted directory like a deleted file, but a directory is
  // not a resource.
  const directories = new Set<string>()
  let isStopped = false

  async function report(uri: string, change: ResourceChange['change']): Promise<void> {
    const info = await stat(uri)
    if (isStopped) return
    if (info !== undefined) {
      onChange({ uri, change: change === 'deleted' ? 'updated' : change, etag: info.etag })
    } else if (change === 'deleted') onChange({ uri, change })
  }

  async function reportAll(changes: ReadonlyMap<string, FileChange>): Promise<void> {
    for (const [path, change] of changes) {
      if (path === '' || (change === 'deleted' && directories.delete(path))) continue
      try {
        await report(uris.uriOf(path), changeNames[change])
      } catch (thrown) {
        // A directory, a link that leads out or an inaccessible file is not a resource.
        if (!McpError.is(thrown) || thrown.code === 'internal') onError(thrown)
      }
    }
  }

  const stop = await watchFolder(realPath, {
    onChanges: ({ changes }) => reportAll(changes),
    onError,
    ignores(path, stats) {
      if (!uris.isVisible(path)) return true
      if (stats === undefined) return false
      if (stats.isDirectory()) directories.add(path)
      return !stats.isFile() && !stats.isDirectory() && !stats.isSymbolicLink()
    },
  })
  return () => {
    isStopped = true
    return stop()
  }
}
