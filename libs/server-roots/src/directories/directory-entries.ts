import type { Dirent, Stats } from 'node:fs'
import { opendir } from 'node:fs/promises'

import { McpError } from '@mcp/protocol'

import type { Bounds } from '../bounds.ts'
import type { HeldDirectory } from '../paths/held-directory.ts'
import { isTemporary } from '../paths/relative-path.ts'

export type EntryType = 'file' | 'directory' | 'link' | 'other'

export interface FoundEntry {
  readonly name: string
  readonly type: EntryType
}

export interface ReadEntriesOptions {
  /** Whether half-written files count, which are nobody's business otherwise. Default: false. */
  readonly withTemporary?: boolean | undefined
}

/** What a folder holds, in the order of the names. */
export async function readEntries(
  directory: HeldDirectory,
  bounds: Bounds,
  { withTemporary = false }: ReadEntriesOptions = {},
): Promise<FoundEntry[]> {
  const found: FoundEntry[] = []
  for await (const entry of await opendir(directory.at('.'), { bufferSize: 512 })) {
    if (!withTemporary && isTemporary(entry.name)) continue
    if (found.length >= bounds.directoryEntries) {
      throw new McpError(
        'payload-too-large',
        `A folder has more than ${bounds.directoryEntries} entries, too many to be listed in order.`,
        { details: { reason: 'directory-too-large' } },
      )
    }
    found.push({ name: entry.name, type: typeOf(entry) })
  }
  // The order of code units: the same everywhere, and cheap.
  return found.toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

export function typeOf(entry: Dirent | Stats): EntryType {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  return entry.isSymbolicLink() ? 'link' : 'other'
}
