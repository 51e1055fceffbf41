import type { EntryType } from '@mcp/files'
import { joinPath } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { Root } from '../roots/root.ts'
import type { WalkedEntry, WalkOptions } from './walk.ts'
import { maxWalkDepth, statWalked, walk } from './walk.ts'
import { forbidden } from '../paths/errors.ts'
import type { RootEntry } from '../paths/root-entry.ts'

/** Number and total size of the entries below a directory. */
export interface TreeSize {
  entries: number
  bytes: number
}

export interface TreeDestination {
  readonly root: Root
  readonly path: string
}

/**
 * Checks all entries below a directory before the directory is moved, copied or deleted. Throws if a
 * pattern excludes an entry at the source or at the destination. The session could otherwise change or
 * reveal the excluded entry. Also throws if the name of an entry is not valid UTF-8.
 *
 * @throws McpError `forbidden`, reason `excluded` or `invalid-name`; `payload-too-large`, reason
 *   `too-many-entries` or `too-deep`.
 */
export async function checkTree(
  folder: RootEntry,
  destination: TreeDestination | undefined,
  options: Omit<WalkOptions, 'onlyVisible'>,
): Promise<TreeSize> {
  const size: TreeSize = { entries: 0, bytes: 0 }
  const { maxWalkEntries } = options.bounds
  for await (const entry of walk(folder, { ...options, onlyVisible: false })) {
    if (++size.entries > maxWalkEntries) {
      throw new McpError(
        'payload-too-large',
        `${JSON.stringify(folder.path)} contains more than ${maxWalkEntries} entries. Process its directories one by one.`,
        { details: { reason: 'too-many-entries' } },
      )
    }
    if (entry.type === 'directory' && entry.depth >= maxWalkDepth) {
      throw new McpError(
        'payload-too-large',
        `${JSON.stringify(folder.path)} has more than ${maxWalkDepth} levels. Start further down.`,
        { details: { reason: 'too-deep' } },
      )
    }
    await requireNameable(folder, entry)
    const below = entry.path.slice(folder.path.length).replace(/^\//, '')
    requireVisibleEntry(folder, folder.root, entry.realPath, entry.type)
    if (destination !== undefined) {
      requireVisibleEntry(folder, destination.root, joinPath(destination.path, below), entry.type)
    }
    if (entry.type === 'file') size.bytes += (await statWalked(entry))?.size ?? 0
  }
  return size
}

/**
 * Throws if a name is not UTF-8. Node replaces the invalid bytes of such a name by U+FFFD, and no entry
 * has the resulting name.
 */
async function requireNameable(folder: RootEntry, entry: WalkedEntry): Promise<void> {
  if (!entry.name.includes('\uFFFD') || (await statWalked(entry)) !== undefined) return
  throw forbidden(
    `${JSON.stringify(folder.path)} contains a name that is not UTF-8, ${JSON.stringify(entry.path)}. It must be renamed on the machine itself.`,
    'invalid-name',
  )
}

function requireVisibleEntry(folder: RootEntry, root: Root, path: string, type: EntryType): void {
  if (root.isVisible(path, type === 'directory' ? 'directory' : 'file')) return
  throw forbidden(
    `${JSON.stringify(folder.path)} contains entries that the patterns of the root "${root.name}" exclude. Process the visible ones one by one.`,
    'excluded',
  )
}
