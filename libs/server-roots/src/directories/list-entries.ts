import type { EntryType } from '@mcp/files'
import { McpError } from '@mcp/protocol'
import type { Page } from '@mcp/server'

import type { Bounds } from '../bounds.ts'
import type { WalkedEntry } from './walk.ts'
import { statWalked } from './walk.ts'

/** A directory entry as clients receive it. */
export interface ListedEntry {
  path: string
  type: EntryType
  size?: number
  modifiedAt?: string
  nameCollision?: boolean
}

export interface ListOptions {
  readonly limit: number
  readonly bounds: Bounds
}

/**
 * Returns one page of a walk. The cursor is the last path of the page. To get the next page, start a walk
 * after this path.
 */
export async function listEntries(
  entries: AsyncIterable<WalkedEntry>,
  isIncluded: (entry: WalkedEntry) => boolean,
  { limit, bounds }: ListOptions,
): Promise<Page<ListedEntry>> {
  const items: ListedEntry[] = []
  let visited = 0
  for await (const entry of entries) {
    if (++visited > bounds.maxWalkEntries) {
      throw new McpError(
        'payload-too-large',
        `More than ${bounds.maxWalkEntries} entries were visited. Start in a directory further down.`,
        { details: { reason: 'too-many-entries' } },
      )
    }
    if (!isIncluded(entry)) continue
    const last = items.at(-1)
    if (last !== undefined && items.length >= limit) return { items, nextCursor: last.path }
    items.push(await describe(entry))
  }
  return { items }
}

async function describe(entry: WalkedEntry): Promise<ListedEntry> {
  const { path, type, hasCollision } = entry
  const stats = type === 'file' ? await statWalked(entry) : undefined
  return {
    path,
    type,
    ...(stats === undefined ? {} : { size: stats.size, modifiedAt: stats.mtime.toISOString() }),
    ...(hasCollision ? { nameCollision: true } : {}),
  }
}
