import type { SafeFolder } from '@mcp/files'
import { joinPath } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { Folder, Permission } from './folder.ts'
import type { Visibility } from './visibility.ts'
import { createVisibility } from './visibility.ts'

/** A root of a session. It is a folder of the operator, or a subfolder, with at most its permissions. */
export interface Root {
  readonly name: string
  readonly folder: Folder
  /** Path of the root in the operator's folder. Empty if the root is that folder. */
  readonly prefix: string
  /** Safe access to the folder of the root. */
  readonly files: SafeFolder
  readonly permissions: ReadonlySet<Permission>
  /** Patterns of the session, which apply in addition to the operator's. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** Quota of the session, which applies in addition to the operator's. */
  readonly quotaBytes: number | undefined
  /** Returns whether a path is visible with the patterns of the operator and of the session. */
  readonly isVisible: Visibility
}

/** Options that a session chooses for a root. */
export interface RootChoice {
  readonly permissions?: readonly Permission[] | undefined
  readonly include?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  readonly quotaBytes?: number | undefined
}

export type RootLocation = Pick<Root, 'name' | 'folder' | 'prefix'>

/**
 * Creates a root in a folder of the operator.
 *
 * @throws McpError `forbidden`, reason `ceiling`, if the options exceed what the operator allows.
 */
export function createRoot({ name, folder, prefix }: RootLocation, choice: RootChoice): Root {
  const { permissions = folder.permissions, include = [], exclude = [], quotaBytes } = choice
  for (const permission of permissions) {
    if (!folder.permissions.has(permission))
      throw exceedsOperatorLimits(`the permission "${permission}" is missing`)
  }
  if (quotaBytes !== undefined && quotaBytes > (folder.quotaBytes ?? Infinity)) {
    throw exceedsOperatorLimits(`the quota is ${folder.quotaBytes} bytes`)
  }
  const isOwnVisible = createVisibility({ include, exclude })
  return {
    name,
    folder,
    prefix,
    files: folder.files.subfolder(prefix),
    permissions: new Set(permissions),
    include,
    exclude,
    quotaBytes,
    isVisible: (path, type) =>
      folder.isVisible(joinPath(prefix, path), type) && isOwnVisible(path, type),
  }
}

const refusals: Readonly<Record<Permission, { readonly word: string; readonly reason: string }>> = {
  read: { word: 'reading', reason: 'no-read' },
  write: { word: 'writing', reason: 'read-only' },
  delete: { word: 'deleting', reason: 'no-delete' },
}

/**
 * Throws `forbidden`, reason `no-read`, `read-only` or `no-delete`, unless the root has the
 * permissions.
 */
export function requirePermission(root: Root, ...permissions: readonly Permission[]): void {
  for (const permission of permissions) {
    if (root.permissions.has(permission)) continue
    const { word, reason } = refusals[permission]
    throw new McpError('forbidden', `The root "${root.name}" does not allow ${word}.`, {
      details: { reason },
    })
  }
}

/** Throws `forbidden`, reason `excluded`, unless the path is visible. */
export function requireVisible(root: Root, path: string, type: 'file' | 'directory'): void {
  if (root.isVisible(path, type)) return
  throw new McpError('forbidden', `The patterns of the root "${root.name}" exclude that path.`, {
    details: { reason: 'excluded' },
  })
}

function exceedsOperatorLimits(problem: string): McpError {
  return new McpError('forbidden', `The root of the operator does not allow this: ${problem}.`, {
    details: { reason: 'ceiling' },
  })
}
