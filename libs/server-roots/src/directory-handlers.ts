import { McpError } from '@mcp/protocol'

import { requireDirectory, withEntry } from './entry.ts'
import { missing } from './file-error.ts'
import { etagOfFile } from './etag.ts'
import { makeDirectories } from './make-directories.ts'
import { withFile } from './open-file.ts'
import { parsePath } from './relative-path.ts'
import { requirePermission } from './root.ts'
import type { RootsHandlers, RootsParts } from './roots-parts.ts'
import { drawTree } from './draw-tree.ts'
import { listEntries } from './list-entries.ts'
import { walk } from './walk.ts'

type DirectoryHandlers = Pick<
  RootsHandlers,
  'listDirectory' | 'tree' | 'stat' | 'createDirectory' | 'resolvePath'
>

/** The operations that look at folders, and make them. */
export function createDirectoryHandlers({ sessionRoots, bounds }: RootsParts): DirectoryHandlers {
  return {
    listDirectory({ root: name, path, recursive, depth, query = '', cursor, limit }, context) {
      const root = sessionRoots.find(context, name)
      requirePermission(root, 'read')
      context.markUntrusted()
      const { signal } = context
      return withEntry(root, parsePath(path), {}, (folder) => {
        const levels = recursive ? depth : 1
        const words = query.toLowerCase()
        return listEntries(
          walk(folder, { depth: levels, after: cursor, bounds, signal }),
          (entry) => entry.name.toLowerCase().includes(words),
          { limit, bounds },
        )
      })
    },
    tree({ root: name, path, depth, limit }, context) {
      const root = sessionRoots.find(context, name)
      requirePermission(root, 'read')
      context.markUntrusted()
      const { signal } = context
      return withEntry(root, parsePath(path), {}, (folder) =>
        drawTree(folder, walk(folder, { depth, bounds, signal }), limit),
      )
    },
    stat({ root: name, path, etag: isEtagWanted }, context) {
      const root = sessionRoots.find(context, name)
      requirePermission(root, 'read')
      const { signal } = context
      return withEntry(root, parsePath(path), {}, async (entry) => {
        if (entry.stats === undefined) throw missing(entry.path)
        const isFolder = entry.stats.isDirectory()
        // Opening is what shows that it is a regular file which may be opened.
        const etag = isFolder
          ? undefined
          : await withFile(entry, async ({ handle, stats: { size } }) =>
              isEtagWanted || size <= bounds.etagBytes ? etagOfFile(handle, signal) : undefined,
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
      const parsed = parsePath(path)
      return { path: parsed, created: await makeDirectories(root, parsed) }
    },
    async resolvePath({ root: name, path }, context) {
      const root = sessionRoots.find(context, name)
      const permissions = Array.from(root.permissions)
      try {
        const parsed = parsePath(path)
        return await withEntry(root, parsed, {}, async (entry) => {
          const { stats, realPath } = entry
          if (stats === undefined) {
            const explanation = 'Nothing is there; it can be made where the root allows writing.'
            return {
              path: parsed,
              allowed: permissions.filter((permission) => permission === 'write'),
              exists: false,
              explanation,
            }
          }
          if (stats.isDirectory()) requireDirectory(entry)
          else await withFile(entry, async () => {})
          const explanation =
            realPath === parsed
              ? 'It is within the root.'
              : 'A link leads to another place within the root.'
          return {
            path: parsed,
            allowed: permissions,
            exists: true,
            ...(realPath === parsed ? {} : { realPath }),
            explanation,
          }
        })
      } catch (thrown) {
        if (!McpError.is(thrown) || thrown.code === 'internal') throw thrown
        const reason = thrown.details?.['reason']
        return {
          path,
          allowed: [],
          exists: false,
          ...(typeof reason === 'string' ? { reason } : { reason: thrown.code }),
          explanation: thrown.message,
        }
      }
    },
  }
}
