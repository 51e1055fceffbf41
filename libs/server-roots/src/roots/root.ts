import type { SafeFolder } from '@mcp/files'
import { joinPath } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { Folder, Permission } from './folder.ts'
import type { Visibility } from './visibility.ts'
import { createVisibility } from './visibility.ts'

/** What one session calls a root: a folder of the operator's, or a part of one, with no more rights. */
export interface Root {
  readonly name: string
  readonly folder: Folder
  /** Where it is below the operator's folder; empty: it is that folder. */
  readonly prefix: string
  /** Safe access to the folder of the root. */
  readonly files: SafeFolder
  readonly permissions: ReadonlySet<Permission>
  /** The session's own patterns, besides the operator's. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** The session's own quota, besides the operator's. */
  readonly quotaBytes: number | undefined
  /** Whether the operator's and the session's patterns leave a path visible. */
  readonly isVisible: Visibility
}

/** What a session may choose for a root of its own. */
export interface RootChoice {
  readonly permissions?: readonly Permission[] | undefined
  readonly include?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  readonly quotaBytes?: number | undefined
}

export type RootPlace = Pick<Root, 'name' | 'folder' | 'prefix'>

/**
 * Makes a root within the operator's folder.
 *
 * @throws McpError `forbidden`, reason `ceiling`, where more is chosen than the operator allows.
 */
export function createRoot({ name, folder, prefix }: RootPlace, choice: RootChoice): Root {
  const { permissions = folder.permissions, include = [], exclude = [], quotaBytes } = choice
  for (const permission of permissions) {
    if (!folder.permissions.has(permission))
      throw beyondCeiling(`it does not allow "${permission}"`)
  }
  if (quotaBytes !== undefined && quotaBytes > (folder.quotaBytes ?? Infinity)) {
    throw beyondCeiling(`it may hold ${folder.quotaBytes} bytes`)
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

/** @throws McpError `forbidden`, reason `no-read`, `read-only` or `no-delete`. */
export function requirePermission(root: Root, ...permissions: readonly Permission[]): void {
  for (const permission of permissions) {
    if (root.permissions.has(permission)) continue
    const { word, reason } = refusals[permission]
    throw new McpError('forbidden', `The root "${root.name}" does not allow ${word}.`, {
      details: { reason },
    })
  }
}

/** @throws McpError `forbidden`, reason `excluded`. */
export function requireVisible(root: Root, path: string, type: 'file' | 'directory'): void {
  if (root.isVisible(path, type)) return
  throw new McpError('forbidden', `The patterns of the root "${root.name}" leave that path out.`, {
    details: { reason: 'excluded' },
  })
}

function beyondCeiling(why: string): McpError {
  return new McpError('forbidden', `The operator's root does not go so far: ${why}.`, {
    details: { reason: 'ceiling' },
  })
}
