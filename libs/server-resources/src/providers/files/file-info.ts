import type { BigIntStats } from 'node:fs'

import { formatTimestamp } from '@mcp/protocol'

import type { ResourceInfo, ResourceName } from '../resource-provider.ts'

/** Returns the metadata of a file. */
export function fileInfo(name: ResourceName, stats: BigIntStats): ResourceInfo {
  return {
    ...name,
    size: Number(stats.size),
    etag: fileEtag(stats),
    modifiedAt: formatTimestamp(Number(stats.mtimeMs)),
  }
}

/**
 * Returns an etag that consists of the modification time, size and inode, because computing it from the
 * content would be slow. A file that replaces another one has a different inode.
 */
export function fileEtag({ mtimeNs, size, ino }: BigIntStats): string {
  return [mtimeNs, size, ino].map((value) => value.toString(36)).join('-')
}
