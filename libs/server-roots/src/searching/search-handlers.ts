import { compileGlob, parsePath } from '@mcp/files'

import { listEntries } from '../directories/list-entries.ts'
import { walk } from '../directories/walk.ts'
import { readableRoot } from '../roots/readable-root.ts'
import type { RootsHandlers, RootsParts } from '../roots-parts.ts'
import { below, searchText } from './search-text.ts'
import { withEntry } from '../paths/root-entry.ts'

type SearchHandlers = Pick<RootsHandlers, 'searchFiles' | 'searchText'>

/** Creates the handlers that search for files and in files. */
export function createSearchHandlers(parts: RootsParts): SearchHandlers {
  const { sandbox, bounds, now } = parts

  return {
    searchFiles({ root: name, path, glob, cursor, limit }, context) {
      const root = readableRoot(parts, name, context)
      const matches = compileGlob(glob, { relative: true, param: 'glob' })
      const { signal } = context
      return withEntry(root, parsePath(path, 'path'), {}, (folder) =>
        listEntries(
          walk(folder, { after: cursor, bounds, signal }),
          (entry) => entry.type === 'file' && matches(below(folder.path, entry.path)),
          { limit, bounds },
        ),
      )
    },
    searchText({ root: name, path, ...query }, context) {
      const root = readableRoot(parts, name, context)
      const { signal, deadline, callerKey } = context
      return withEntry(root, parsePath(path, 'path'), {}, (folder) =>
        searchText(folder, query, { sandbox, bounds, signal, now, deadline, callerKey }),
      )
    },
  }
}
