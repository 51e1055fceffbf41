import type { SafeFolder } from '@mcp/files'
import { createSafeFolder, createStarterFolder } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import { starterNotes } from './starter-notes.ts'
import type { Visibility } from './visibility.ts'
import { createVisibility } from './visibility.ts'

/** An action that a root allows on its files. */
export type Permission = 'read' | 'write' | 'delete'

/** A folder that the operator configures. No session can exceed its permissions, patterns and quota. */
export interface RootDefinition {
  /** Name for clients: letters, digits, `.`, `_` and `-`, at most 64. */
  readonly name: string
  /** Path of the folder, relative to the working directory of the process. */
  readonly path: string
  /** Allowed actions. Default: `['read']`. */
  readonly permissions?: readonly Permission[] | undefined
  /** Patterns of the visible files. Default: all files are visible. */
  readonly include?: readonly string[] | undefined
  /** Patterns of excluded files and directories. Default: none. */
  readonly exclude?: readonly string[] | undefined
  /** Maximum total size of all files in the folder, in bytes. Default: no limit. */
  readonly quotaBytes?: number | undefined
  /**
   * With `refuse`, files with several names (hard links) are not opened, because another name may be
   * outside the folder. Default: `allow`.
   */
  readonly hardLinks?: 'allow' | 'refuse' | undefined
  /** Whether the folder is created if it does not exist. Default: false. */
  readonly create?: boolean | undefined
  /**
   * Whether the server creates a missing folder with a few notes when it starts. An existing folder is never
   * changed. Default: false.
   */
  readonly starter?: boolean | undefined
}

/**
 * Returns the root for a server without configuration: a folder with all permissions. The first use creates
 * the folder. If `starter` is true, the server creates it at its start, with a few notes.
 */
export function workspaceRoot(
  path: string,
  { starter }: Pick<RootDefinition, 'starter'> = {},
): RootDefinition {
  const permissions = ['read', 'write', 'delete'] as const
  return { name: 'workspace', path, permissions, create: true, starter }
}

/** A folder of the operator with its parsed options. */
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

/** Creates the folders of the operator. They are not accessed before first use. */
export function createFolders(
  definitions: readonly RootDefinition[],
  byDescriptor?: boolean,
): ReadonlyMap<string, Folder> {
  const folders = new Map<string, Folder>()
  for (const definition of definitions) {
    const { name } = definition
    if (!isRootName(name)) {
      throw invalidDefinition(
        `Invalid root name: ${JSON.stringify(name)}. A name starts with a letter or digit, followed by letters, digits, ".", "_" and "-", at most 64 characters in total.`,
      )
    }
    if (folders.has(name)) throw invalidDefinition(`Two roots have the name "${name}".`)
    folders.set(name, createFolder(definition, byDescriptor))
  }
  return folders
}

function createFolder(definition: RootDefinition, byDescriptor: boolean | undefined): Folder {
  const { name, path, permissions = ['read'], include = [], exclude = [] } = definition
  const { quotaBytes, hardLinks, create, starter = false } = definition
  if (starter) tryToAddNotes(path)
  const label = `The folder of the root "${name}"`
  return {
    name,
    files: createSafeFolder(path, { label, create, hardLinks, byDescriptor }),
    permissions: new Set(permissions),
    include,
    exclude,
    // The length is not limited, because the operator, not a caller, chooses these patterns.
    isVisible: createVisibility({ include, exclude }, Infinity),
    quotaBytes,
  }
}

/** Creates a missing folder with the notes. The first use of the root reports a folder that is not usable. */
function tryToAddNotes(path: string): void {
  try {
    createStarterFolder(path, starterNotes)
  } catch {
    // Reported by the first use.
  }
}

function invalidDefinition(message: string): McpError {
  return new McpError('invalid-request', message)
}
