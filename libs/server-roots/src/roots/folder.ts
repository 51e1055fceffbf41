import type { Stats } from 'node:fs'
import { mkdir, realpath, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

import { McpError } from '@mcp/protocol'

import { hasDescriptorPaths } from '../paths/held-directory.ts'
import { isSpecialFileSystem } from '../paths/special-file-system.ts'
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

/** A folder of the operator's, ready to be used. */
export interface Folder {
  readonly name: string
  /** As the operator wrote it, made absolute. */
  readonly path: string
  readonly permissions: ReadonlySet<Permission>
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly isVisible: Visibility
  readonly quotaBytes: number | undefined
  readonly refusesHardLinks: boolean
  readonly byDescriptor: boolean
  /**
   * Where it really is, found on first use.
   *
   * @throws McpError `unavailable` where there is no such folder, or none that may be opened.
   */
  locate(this: void): Promise<FolderPlace>
}

export interface FolderPlace {
  readonly realPath: string
  /** The file system it is on. */
  readonly device: number
}

const namePattern = /^[A-Za-z\d][\w.-]{0,63}$/

export function isRootName(name: string): boolean {
  return namePattern.test(name)
}

/** Opens the operator's folders. Nothing is looked at before first use. */
export function createFolders(
  definitions: readonly RootDefinition[],
  byDescriptor = hasDescriptorPaths(),
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

function createFolder(definition: RootDefinition, byDescriptor: boolean): Folder {
  const { name, permissions = ['read'], include = [], exclude = [], quotaBytes } = definition
  const { hardLinks = 'allow', create = false } = definition
  const path = resolve(definition.path)
  let found: Promise<FolderPlace> | undefined

  async function find(): Promise<FolderPlace> {
    if (create) await mkdir(path, { recursive: true, mode: 0o700 })
    // Once and for all: whoever replaces the folder by a link later gets nowhere.
    const realPath = await realpath(path)
    const stats = await stat(realPath)
    await refuseSpecial(name, realPath, stats)
    return { realPath, device: stats.dev }
  }

  return {
    name,
    path,
    permissions: new Set(permissions),
    include,
    exclude,
    // The operator's own may be as many as they like.
    isVisible: createVisibility({ include, exclude }, Infinity),
    quotaBytes,
    refusesHardLinks: hardLinks === 'refuse',
    byDescriptor,
    locate() {
      found ??= find().catch((thrown: unknown) => {
        found = undefined
        if (McpError.is(thrown)) throw thrown
        const message = `The folder of the root "${name}" cannot be opened; the operator must look at it.`
        throw new McpError('unavailable', message, { cause: thrown, retryable: false })
      })
      return found
    },
  }
}

async function refuseSpecial(name: string, realPath: string, stats: Stats): Promise<void> {
  if (!stats.isDirectory()) throw refused(name, 'it is no folder')
  if (dirname(realPath) === realPath || /^\/(?:proc|sys|dev)(?:\/|$)/.test(realPath)) {
    throw refused(name, 'the system itself is no root: name a folder with files of yours')
  }
  if (await isSpecialFileSystem(realPath)) {
    throw refused(name, 'its files are made up by the system')
  }
}

function refused(name: string, why: string): McpError {
  return new McpError('unavailable', `The root "${name}" is not opened: ${why}.`, {
    details: { reason: 'special-folder' },
    retryable: false,
  })
}

function badDefinition(message: string): McpError {
  return new McpError('invalid-request', message)
}
