import type { EntryType } from '@mcp/files'
import { McpError } from '@mcp/protocol'
import type { Page } from '@mcp/server'

import type { Bounds } from '../bounds.ts'
import type { WalkedEntry } from './walk.ts'
import { statWalked } from './walk.ts'

/** One thing in a folder, as clients are told of it. */
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

/** One page of what a walk gives. The cursor is the last path given, where the walk goes on. */
export async function listEntries(
  entries: AsyncIterable<WalkedEntry>,
  isWanted: (entry: WalkedEntry) => boolean,
  { limit, bounds }: ListOptions,
): Promise<Page<ListedEntry>> {
  const items: ListedEntry[] = []
  let passed = 0
  for await (const entry of entries) {
    if (++passed > bounds.walkEntries) {
      throw new McpError(
        'payload-too-large',
        `More than ${bounds.walkEntries} entries were gone through; begin in a folder further down.`,
        { details: { reason: 'too-many-entries' } },
      )
    }
    if (!isWanted(entry)) continue
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
