import type { BigIntStats } from 'node:fs'

import { formatTimestamp } from '@mcp/protocol'

import type { ResourceInfo, ResourceName } from '../resource-provider.ts'

/** What is known of a file. */
export function fileInfo(name: ResourceName, stats: BigIntStats): ResourceInfo {
  return {
    ...name,
    size: Number(stats.size),
    etag: fileEtag(stats),
    modifiedAt: formatTimestamp(Number(stats.mtimeMs)),
  }
}

/** Another for each content, without reading it: a file that is replaced is another inode. */
export function fileEtag({ mtimeNs, size, ino }: BigIntStats): string {
  return [mtimeNs, size, ino].map((fact) => fact.toString(36)).join('-')
}
