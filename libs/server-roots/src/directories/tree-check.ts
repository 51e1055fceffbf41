import type { EntryType } from '@mcp/files'
import { joinPath } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { Root } from '../roots/root.ts'
import type { WalkedEntry, WalkOptions } from './walk.ts'
import { maxWalkDepth, statWalked, walk } from './walk.ts'
import { forbidden } from '../paths/errors.ts'
import type { RootEntry } from '../paths/root-entry.ts'

/** What a folder holds in all. */
export interface TreeSize {
  entries: number
  bytes: number
}

export interface TreeDestination {
  readonly root: Root
  readonly path: string
}

/**
 * Goes through all below a folder before it is moved, copied or deleted as one: nothing in it may be
 * left out by a pattern, here or where it goes, since that would change or uncover what the session
 * may not even see. Nor may it hold what cannot be gone through.
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
  const { walkEntries } = options.bounds
  for await (const entry of walk(folder, { ...options, onlyVisible: false })) {
    if (++size.entries > walkEntries) {
      throw new McpError(
        'payload-too-large',
        `${JSON.stringify(folder.path)} holds more than ${walkEntries} entries; take its folders one by one.`,
        { details: { reason: 'too-many-entries' } },
      )
    }
    if (entry.type === 'directory' && entry.depth >= maxWalkDepth) {
      throw new McpError(
        'payload-too-large',
        `${JSON.stringify(folder.path)} goes down more than ${maxWalkDepth} levels; begin further down.`,
        { details: { reason: 'too-deep' } },
      )
    }
    await requireNameable(folder, entry)
    const below = entry.path.slice(folder.path.length).replace(/^\//, '')
    requireOffered(folder, folder.root, entry.realPath, entry.type)
    if (destination !== undefined) {
      requireOffered(folder, destination.root, joinPath(destination.path, below), entry.type)
    }
    if (entry.type === 'file') size.bytes += (await statWalked(entry))?.size ?? 0
  }
  return size
}

/** The system gives a name that is not UTF-8 with other characters in it, under which nothing is found. */
async function requireNameable(folder: RootEntry, entry: WalkedEntry): Promise<void> {
  if (!entry.name.includes('\uFFFD') || (await statWalked(entry)) !== undefined) return
  throw forbidden(
    `${JSON.stringify(folder.path)} holds a name that is not UTF-8, ${JSON.stringify(entry.path)}: it must be renamed on the machine itself.`,
    'invalid-name',
  )
}

function requireOffered(folder: RootEntry, root: Root, path: string, type: EntryType): void {
  if (root.isVisible(path, type === 'directory' ? 'directory' : 'file')) return
  throw forbidden(
    `${JSON.stringify(folder.path)} holds something that the patterns of the root "${root.name}" leave out; take what you may see one by one.`,
    'excluded',
  )
}
