import { McpError } from '@mcp/protocol'

import { withEntry } from '../paths/entry.ts'
import { compileGlob } from '../paths/glob.ts'
import { listEntries } from '../directories/list-entries.ts'
import type { ReadFileOptions } from './read-file.ts'
import { readFile } from './read-file.ts'
import { parsePath } from '../paths/relative-path.ts'
import type { Root } from '../roots/root.ts'
import { requirePermission } from '../roots/root.ts'
import type { RootsContext, RootsHandlers, RootsParts } from '../roots-parts.ts'
import { below, searchText } from '../searching/search-text.ts'
import { walk } from '../directories/walk.ts'

type ReadHandlers = Pick<RootsHandlers, 'readFile' | 'readMany' | 'searchFiles' | 'searchText'>

/** The operations that read files, and look for them. */
export function createReadHandlers(parts: RootsParts): ReadHandlers {
  const { sessionRoots, background, bounds, now } = parts

  function readableRoot(name: string, context: RootsContext): Root {
    const root = sessionRoots.find(context, name)
    requirePermission(root, 'read')
    context.markUntrusted()
    return root
  }

  function read(root: Root, path: string, options: ReadFileOptions, { signal }: RootsContext) {
    return withEntry(root, parsePath(path), {}, (entry) => readFile(entry, options, bounds, signal))
  }

  return {
    readFile({ root: name, path, ...options }, context) {
      return read(readableRoot(name, context), path, options, context)
    },
    async readMany({ root: name, paths, encoding }, context) {
      const root = readableRoot(name, context)
      const results: Awaited<ReturnType<RootsHandlers['readMany']>>['results'] = []
      // All together no more than one read may give; what is too much for it comes truncated.
      let maxBytes = bounds.readBytes
      for (const path of paths) {
        try {
          const file = await read(root, path, { encoding, maxBytes }, context)
          maxBytes -= file.range.end - file.range.start
          results.push({ status: 'success', path, file })
        } catch (thrown) {
          context.signal.throwIfAborted()
          const { code, message, details } = McpError.from(thrown)
          if (code === 'internal') throw thrown
          const reason = details?.['reason']
          const error = { code, message, ...(typeof reason === 'string' ? { reason } : {}) }
          results.push({ status: 'error', path, error })
        }
      }
      return { results }
    },
    searchFiles({ root: name, path, glob, cursor, limit }, context) {
      const root = readableRoot(name, context)
      const matches = compileGlob(glob)
      const { signal } = context
      return withEntry(root, parsePath(path), {}, (folder) =>
        listEntries(
          walk(folder, { after: cursor, bounds, signal }),
          (entry) => entry.type === 'file' && matches(below(folder.path, entry.path)),
          { limit, bounds },
        ),
      )
    },
    searchText({ root: name, path, ...query }, context) {
      const root = readableRoot(name, context)
      const { signal, deadline } = context
      return withEntry(root, parsePath(path), {}, (folder) =>
        searchText(folder, query, { background, bounds, signal, now, deadline }),
      )
    },
  }
}
