import { parsePath, withFile } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { Permission } from '../roots/folder.ts'
import type { Root } from '../roots/root.ts'
import { requirePermission } from '../roots/root.ts'
import { withEntry } from './root-entry.ts'

/** What a path leads to, and why it may be used or not. */
export interface PathExplanation {
  path: string
  allowed: Permission[]
  exists: boolean
  realPath?: string
  reason?: string
  explanation: string
}

/** Looks at a path as every operation does, and tells what it would be told. */
export async function explainPath(root: Root, path: string): Promise<PathExplanation> {
  try {
    requirePermission(root, 'read')
    return await lookAt(root, parsePath(path, 'path'))
  } catch (thrown) {
    if (!McpError.is(thrown) || thrown.code === 'internal') throw thrown
    const { code, message, details } = thrown
    const reason = details?.['reason']
    return {
      path,
      allowed: [],
      exists: false,
      reason: typeof reason === 'string' ? reason : code,
      explanation: message,
    }
  }
}

function lookAt(root: Root, path: string): Promise<PathExplanation> {
  const permissions = Array.from(root.permissions)
  return withEntry(root, path, {}, async (entry) => {
    const { stats, realPath } = entry
    if (stats === undefined) {
      return {
        path,
        allowed: permissions.filter((permission) => permission === 'write'),
        exists: false,
        explanation: 'Nothing is there; it can be made where the root allows writing.',
      }
    }
    // Opening is what shows that it is a regular file which may be opened.
    if (!stats.isDirectory()) await withFile(entry, async () => {})
    return realPath === path
      ? { path, allowed: permissions, exists: true, explanation: 'It is within the root.' }
      : {
          path,
          allowed: permissions,
          exists: true,
          realPath,
          explanation: 'A link leads to another place within the root.',
        }
  })
}
