import type { Stats } from 'node:fs'

import type { Entry, EntryOptions, FileEntry, FileHints, OpenDirectory } from '@mcp/files'
import { lstatEntry, quotePath } from '@mcp/files'

import type { Root } from '../roots/root.ts'
import { requireVisible } from '../roots/root.ts'

/** A safely resolved path in a root. */
export interface RootEntry extends Entry {
  readonly root: Root
}

const hints: FileHints = {
  notAFile: 'List directories with listDirectory.',
  exists: 'Set overwrite to replace it, if the operation allows that.',
  missingDirectory: 'Create it first, or set createParents if the operation allows that.',
}

/** Returns the name of a path for error messages. */
export function pathLabel(path: string): string {
  return path === '' ? 'The root itself' : quotePath(path)
}

/**
 * Resolves a path in a root and runs `work` on its entry.
 *
 * @throws McpError `forbidden`, reason `path-escape` or `excluded`.
 */
export function withEntry<Result>(
  root: Root,
  path: string,
  options: Omit<EntryOptions, 'authorize' | 'label' | 'hints'>,
  work: (entry: RootEntry) => Promise<Result>,
): Promise<Result> {
  return root.files.withEntry(
    path,
    {
      param: 'path',
      label: pathLabel(path),
      hints,
      // Excluded paths are refused before they are resolved, so that the error does not reveal
      // whether they exist.
      authorize: (each, type) => requireVisible(root, each, type),
      ...options,
    },
    (entry) => work({ ...entry, root }),
  )
}

/** An entry of a directory that is already open. */
export interface InnerEntry extends FileEntry {
  readonly root: Root
  readonly path: string
}

export interface InnerLocation {
  readonly root: Root
  readonly path: string
  readonly directory: OpenDirectory
  readonly name: string
}

/** Returns the entry for a name in an open directory, with its current stats. */
export async function innerEntry(location: InnerLocation): Promise<InnerEntry> {
  const stats: Stats | undefined = await lstatEntry(location)
  const { root, path, directory, name } = location
  const label = pathLabel(path)
  return { root, path, directory, name, stats, folder: root.files, label, param: 'path', hints }
}
