import { parsePath, withFile } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { Permission } from '../roots/folder.ts'
import type { Root } from '../roots/root.ts'
import { requirePermission } from '../roots/root.ts'
import { withEntry } from './root-entry.ts'

/** The target of a path, or the reason why the path must not be used. */
export interface PathExplanation {
  path: string
  allowed: Permission[]
  exists: boolean
  realPath?: string
  reason?: string
  explanation: string
}

/** Resolves a path like the other operations, and explains the result instead of throwing an error. */
export async function explainPath(root: Root, path: string): Promise<PathExplanation> {
  try {
    requirePermission(root, 'read')
    return await explainEntry(root, parsePath(path, 'path'))
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

function explainEntry(root: Root, path: string): Promise<PathExplanation> {
  const permissions = Array.from(root.permissions)
  return withEntry(root, path, {}, async (entry) => {
    const { stats, realPath } = entry
    if (stats === undefined) {
      return {
        path,
        allowed: permissions.filter((permission) => permission === 'write'),
        exists: false,
        explanation: 'The path does not exist. It can be created if the root allows writing.',
      }
    }
    // Opening the file verifies that it is a regular file that may be opened.
    if (!stats.isDirectory()) await withFile(entry, async () => {})
    return realPath === path
      ? { path, allowed: permissions, exists: true, explanation: 'The path is inside the root.' }
      : {
          path,
          allowed: permissions,
          exists: true,
          realPath,
          explanation: 'A link leads to another path inside the root.',
        }
  })
}
