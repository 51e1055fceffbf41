import { McpError } from '@mcp/protocol'

import type { EntryType } from './directory-entries.ts'
import type { Entry } from '../paths/entry.ts'
import { forbidden } from '../paths/file-error.ts'
import { joinPath } from '../paths/relative-path.ts'
import type { Root } from '../roots/root.ts'
import type { WalkOptions } from './walk.ts'
import { statWalked, walk } from './walk.ts'

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
 * may not even see.
 *
 * @throws McpError `forbidden`, reason `excluded`; `payload-too-large`, reason `too-many-entries`.
 */
export async function checkTree(
  folder: Entry,
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
    const below = entry.path.slice(folder.path.length).replace(/^\//, '')
    requireOffered(folder, folder.root, entry.realPath, entry.type)
    if (destination !== undefined) {
      requireOffered(folder, destination.root, joinPath(destination.path, below), entry.type)
    }
    if (entry.type === 'file') size.bytes += (await statWalked(entry))?.size ?? 0
  }
  return size
}

function requireOffered(folder: Entry, root: Root, path: string, type: EntryType): void {
  if (root.isVisible(path, type === 'directory' ? 'directory' : 'file')) return
  throw forbidden(
    `${JSON.stringify(folder.path)} holds something that the patterns of the root "${root.name}" leave out; take what you may see one by one.`,
    'excluded',
  )
}
