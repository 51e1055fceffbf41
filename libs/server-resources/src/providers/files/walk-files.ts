import { createTimeSlice } from '@mcp/concurrency'
import type { DirectoryEntry, SafeFolder } from '@mcp/files'
import { readEntries } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { ListOptions } from '../resource-provider.ts'
import type { FileUris } from './file-uris.ts'
import { shortened } from './file-uris.ts'
import { isAbsent, openResourceFile } from './open-resource-file.ts'

const maxDepth = 64

/**
 * Yields the paths of the files in a folder and its subdirectories, ordered by URI. Keeps the entries of
 * one directory per level in memory. A link to a file in the folder counts as a file. Links to
 * directories are not followed, because they may form a cycle.
 */
export async function* walkFiles(
  folder: SafeFolder,
  uris: FileUris,
  { after = '', prefix = '', signal }: ListOptions,
): AsyncGenerator<string> {
  const slice = createTimeSlice()
  yield* walk('', 1)

  async function* walk(parent: string, depth: number): AsyncGenerator<string> {
    for (const { name, type } of await readVisible(parent)) {
      signal.throwIfAborted()
      if (slice.isOver()) await slice.yield()
      const path = parent === '' ? name : `${parent}/${name}`
      if (!uris.isVisible(path)) continue
      const uri = uris.uriOf(path)
      if (type === 'directory') {
        const start = `${uri}/`
        const mayMatch = start.startsWith(prefix) || prefix.startsWith(start)
        const isAhead = start > after || after.startsWith(start)
        if (mayMatch && isAhead && depth < maxDepth) yield* walk(path, depth + 1)
      } else if (uri > after && uri.startsWith(prefix) && (await isFile(type, path))) {
        yield path
      }
    }
  }

  /**
   * Returns the entries of a directory, ordered by URI. A removed or inaccessible subdirectory counts as
   * empty.
   */
  async function readVisible(path: string): Promise<DirectoryEntry[]> {
    const label = path === '' ? 'The folder' : shortened(uris.uriOf(path))
    try {
      const entries = await folder.withEntry(path, { label, type: 'directory' }, async (entry) => {
        const directory = await entry.directory.open(entry.name)
        try {
          return await readEntries(directory)
        } finally {
          await directory.close()
        }
      })
      const keyOf = ({ name, type }: DirectoryEntry): string =>
        encodeURIComponent(name) + (type === 'directory' ? '/' : '')
      return entries
        .map((entry) => ({ entry, key: keyOf(entry) }))
        .toSorted((left, right) => (left.key < right.key ? -1 : 1))
        .map(({ entry }) => entry)
    } catch (thrown) {
      if (path !== '' && (isAbsent(thrown) || isForbidden(thrown))) return []
      throw thrown
    }
  }

  async function isFile(type: DirectoryEntry['type'], path: string): Promise<boolean> {
    if (type !== 'link') return type === 'file'
    try {
      const opened = await openResourceFile(folder, path, uris.uriOf(path))
      await opened?.handle.close()
      return opened !== undefined
    } catch {
      // The link leads out of the folder or is not a link to a file. The list omits it. Only a read reports
      // the error.
      return false
    }
  }
}

const isForbidden = (thrown: unknown): boolean => McpError.is(thrown) && thrown.code === 'forbidden'
