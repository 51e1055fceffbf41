import type { SafeFolder } from '@mcp/files'
import { createSafeFolder } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { Visibility } from './visibility.ts'
import { createVisibility } from './visibility.ts'

/** What may be done with the files below a root. */
export type Permission = 'read' | 'write' | 'delete'

/** A folder that the operator opens: no session gets beyond it. */
export interface RootDefinition {
  /** How clients name it: letters, digits, `.`, `_` and `-`, at most 64. */
  readonly name: string
  /** The folder. Relative: from where the process was started. */
  readonly path: string
  /** What may be done below it. Default: only reading. */
  readonly permissions?: readonly Permission[] | undefined
  /** Only files that one of these patterns matches. Default: all. */
  readonly include?: readonly string[] | undefined
  /** Nothing that one of these patterns matches. Default: nothing is excluded. */
  readonly exclude?: readonly string[] | undefined
  /** The most bytes that all files below it may have together. Default: no limit. */
  readonly quotaBytes?: number | undefined
  /** Whether files with several names, some of which may lie elsewhere, are opened. Default: allow. */
  readonly hardLinks?: 'allow' | 'refuse' | undefined
  /** Whether the folder is made where it is not there. Default: false. */
  readonly create?: boolean | undefined
}

/** A root for a start without settings: one folder, empty at first, in which all may be done. */
export function workspaceRoot(path: string): RootDefinition {
  return { name: 'workspace', path, permissions: ['read', 'write', 'delete'], create: true }
}

/** A folder of the operator, ready to be used. */
export interface Folder {
  readonly name: string
  readonly files: SafeFolder
  readonly permissions: ReadonlySet<Permission>
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly isVisible: Visibility
  readonly quotaBytes: number | undefined
}

export const namePattern = /^[A-Za-z\d][\w.-]{0,63}$/

export function isRootName(name: string): boolean {
  return namePattern.test(name)
}

/** Opens the operator's folders. Nothing is looked at before first use. */
export function createFolders(
  definitions: readonly RootDefinition[],
  byDescriptor?: boolean,
): ReadonlyMap<string, Folder> {
  const folders = new Map<string, Folder>()
  for (const definition of definitions) {
    const { name } = definition
    if (!isRootName(name)) {
      throw badDefinition(
        `A root cannot be named ${JSON.stringify(name)}: a name starts with a letter or digit, and letters, digits, ".", "_" and "-" follow, at most 64.`,
      )
    }
    if (folders.has(name)) throw badDefinition(`Two roots are named "${name}".`)
    folders.set(name, createFolder(definition, byDescriptor))
  }
  return folders
}

function createFolder(definition: RootDefinition, byDescriptor: boolean | undefined): Folder {
  const { name, path, permissions = ['read'], include = [], exclude = [] } = definition
  const { quotaBytes, hardLinks, create } = definition
  const label = `The folder of the root "${name}"`
  return {
    name,
    files: createSafeFolder(path, { label, create, hardLinks, byDescriptor }),
    permissions: new Set(permissions),
    include,
    exclude,
    // The limit protects against patterns of callers; the operator's have none.
    isVisible: createVisibility({ include, exclude }, Infinity),
    quotaBytes,
  }
}

function badDefinition(message: string): McpError {
  return new McpError('invalid-request', message)
}
