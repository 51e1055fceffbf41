import { fileNotFound, parsePath, withFile } from '@mcp/files'

import { drawTree } from './draw-tree.ts'
import { etagOfFile } from '../reading/etag.ts'
import { explainPath } from '../paths/explain-path.ts'
import { listEntries } from './list-entries.ts'
import { makeDirectories } from './make-directories.ts'
import { readableRoot } from '../roots/readable-root.ts'
import { requirePermission } from '../roots/root.ts'
import type { RootsHandlers, RootsParts } from '../roots-parts.ts'
import { walk } from './walk.ts'
import { withEntry } from '../paths/root-entry.ts'

type DirectoryHandlers = Pick<
  RootsHandlers,
  'listDirectory' | 'tree' | 'stat' | 'createDirectory' | 'resolvePath'
>

/** Creates the handlers that list, describe and create directories. */
export function createDirectoryHandlers(parts: RootsParts): DirectoryHandlers {
  const { sessionRoots, bounds } = parts

  return {
    listDirectory({ root: name, path, recursive, depth, query = '', cursor, limit }, context) {
      const root = readableRoot(parts, name, context)
      const { signal } = context
      return withEntry(root, parsePath(path, 'path'), {}, (folder) => {
        const levels = recursive ? depth : 1
        const searchText = query.toLowerCase()
        return listEntries(
          walk(folder, { depth: levels, after: cursor, bounds, signal }),
          (entry) => entry.name.toLowerCase().includes(searchText),
          { limit, bounds },
        )
      })
    },
    tree({ root: name, path, depth, limit }, context) {
      const root = readableRoot(parts, name, context)
      const { signal } = context
      return withEntry(root, parsePath(path, 'path'), {}, (folder) =>
        drawTree(folder, walk(folder, { depth, bounds, signal }), limit),
      )
    },
    stat({ root: name, path, etag: isEtagWanted }, context) {
      const root = sessionRoots.find(context, name)
      requirePermission(root, 'read')
      const { signal } = context
      return withEntry(root, parsePath(path, 'path'), {}, async (entry) => {
        if (entry.stats === undefined) throw fileNotFound(entry)
        const isFolder = entry.stats.isDirectory()
        // Opening the file verifies that it is a regular file that may be opened.
        const etag = isFolder
          ? undefined
          : await withFile(entry, async ({ handle, stats: { size } }) =>
              isEtagWanted || size <= bounds.maxEtagBytes ? etagOfFile(handle, signal) : undefined,
            )
        const { size, mtime, birthtime, nlink } = entry.stats
        return {
          path: entry.path,
          ...(entry.realPath === entry.path ? {} : { realPath: entry.realPath }),
          type: isFolder ? 'directory' : 'file',
          size: isFolder ? 0 : size,
          modifiedAt: mtime.toISOString(),
          createdAt: birthtime.toISOString(),
          links: isFolder ? 1 : nlink,
          ...(etag === undefined ? {} : { etag }),
        }
      })
    },
    async createDirectory({ root: name, path }, context) {
      const root = sessionRoots.find(context, name)
      requirePermission(root, 'write')
      const parsed = parsePath(path, 'path')
      return { path: parsed, created: await makeDirectories(root, parsed, context.signal) }
    },
    resolvePath({ root: name, path }, context) {
      return explainPath(sessionRoots.find(context, name), path)
    },
  }
}
