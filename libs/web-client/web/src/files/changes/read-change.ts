import type { NotificationEnvelope } from '@mcp/protocol'

import { entryId, resourceId } from '../tree/tree-item.ts'
import type { Change } from './change-marks.ts'

const kinds: Readonly<Record<string, Change['change']>> = {
  created: 'created',
  modified: 'modified',
  updated: 'modified',
  deleted: 'deleted',
}

/** Reads the change of a notification of the roots or the resources server, or undefined if it has none. */
export function readChange(
  { type, data }: Pick<NotificationEnvelope, 'type' | 'data'>,
  at: number,
): Change | undefined {
  const { root, path, uri, change: word, etag } = data
  const change = typeof word === 'string' ? kinds[word] : undefined
  if (change === undefined) return undefined
  const rest = { change, at, ...(typeof etag === 'string' ? { etag } : {}) }
  if (type === 'root-file-changed' && typeof root === 'string' && typeof path === 'string') {
    return { id: entryId(root, path), ...rest }
  }
  return type === 'resource-updated' && typeof uri === 'string'
    ? { id: resourceId(uri), ...rest }
    : undefined
}
