import type { Dirent, Stats } from 'node:fs'
import { opendir } from 'node:fs/promises'

import { createError } from './file-error.ts'
import type { OpenDirectory } from './open-directory.ts'
import { isTemporaryName } from './temporary-name.ts'

export type EntryType = 'file' | 'directory' | 'link' | 'other'

/** An entry of a directory. */
export interface DirectoryEntry {
  readonly name: string
  readonly type: EntryType
}

export interface ReadEntriesOptions {
  /** Maximum number of entries. Sorting needs all of them in memory. Default: 20,000. */
  readonly maxEntries?: number | undefined
  /** Whether files that are still being written are included. Default: false. */
  readonly withTemporary?: boolean | undefined
}

/**
 * Reads the entries of a directory, sorted by name. Links are not followed.
 *
 * @throws McpError `payload-too-large`, reason `directory-too-large`.
 */
export async function readEntries(
  directory: OpenDirectory,
  { maxEntries = 20_000, withTemporary = false }: ReadEntriesOptions = {},
): Promise<DirectoryEntry[]> {
  const entries: DirectoryEntry[] = []
  for await (const entry of await opendir(directory.pathOf('.'), { bufferSize: 512 })) {
    if (!withTemporary && isTemporaryName(entry.name)) continue
    if (entries.length >= maxEntries) {
      const message = `A directory has more than ${maxEntries} entries, too many to list in order.`
      throw createError('payload-too-large', message, 'directory-too-large')
    }
    entries.push({ name: entry.name, type: entryType(entry) })
  }
  // Sorting by code units is fast and gives the same order on every system.
  return entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

export function entryType(entry: Dirent | Stats): EntryType {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  return entry.isSymbolicLink() ? 'link' : 'other'
}
