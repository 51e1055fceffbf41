import { parsePath } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { ReadFileOptions } from './read-file.ts'
import { readFile } from './read-file.ts'
import { readableRoot } from '../roots/readable-root.ts'
import type { Root } from '../roots/root.ts'
import type { RootsContext, RootsHandlers, RootsParts } from '../roots-parts.ts'
import { withEntry } from '../paths/root-entry.ts'

type ReadHandlers = Pick<RootsHandlers, 'readFile' | 'readMany'>

/** Creates the handlers that read files. */
export function createReadHandlers(parts: RootsParts): ReadHandlers {
  const { bounds } = parts

  function read(root: Root, path: string, options: ReadFileOptions, { signal }: RootsContext) {
    return withEntry(root, parsePath(path, 'path'), {}, (entry) =>
      readFile(entry, options, bounds, signal),
    )
  }

  return {
    readFile({ root: name, path, ...options }, context) {
      return read(readableRoot(parts, name, context), path, options, context)
    },
    async readMany({ root: name, paths, encoding }, context) {
      const root = readableRoot(parts, name, context)
      const results: Awaited<ReturnType<RootsHandlers['readMany']>>['results'] = []
      // All files together have the maximum size of one read. A file that exceeds it is truncated.
      let maxBytes = bounds.maxReadBytes
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
  }
}
