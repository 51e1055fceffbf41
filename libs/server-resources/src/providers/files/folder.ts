import type { BigIntStats } from 'node:fs'
import { constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { lstat, mkdir, open, readlink, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

import { McpError } from '@mcp/protocol'

import { fileFailure, isErrno, isMissing, notAFile } from './file-failure.ts'
import { refusal } from './file-uris.ts'

/** A file that was opened and lies within the folder. */
export interface OpenFile {
  readonly handle: FileHandle
  readonly stats: BigIntStats
}

/** A folder within the folder, held open so that nobody can put another in its place. */
export interface OpenFolder {
  /** The path of an entry, to be used while the folder is open. */
  pathOf(name: string): string
  /** The path of itself. */
  readonly path: string
  close(): Promise<void>
}

export interface FolderOptions {
  /** Whether it is made where it is not there. */
  readonly create: boolean
  /** Whether paths may begin at a descriptor. Default: whether this system lets them. */
  readonly hasDescriptorPaths?: boolean | undefined
}

/** Ways into one folder that do not lead out of it. */
export interface Folder {
  /** Where it really is. */
  readonly root: string
  /**
   * The way to what is really there, links followed; nothing where nothing is.
   *
   * @throws McpError `forbidden`, reason `path-escape`, where it is elsewhere.
   */
  follow(segments: readonly string[], uri: string): Promise<string[] | undefined>
  /**
   * Opens a regular file for reading.
   *
   * @throws McpError `forbidden`, reason `path-escape` or `not-a-file`.
   */
  openFile(segments: readonly string[], uri: string): Promise<OpenFile | undefined>
  /** Opens a folder within it; with `create`, makes what is missing on the way. */
  openFolder(
    segments: readonly string[],
    uri: string,
    options?: { readonly create?: boolean },
  ): Promise<OpenFolder | undefined>
}

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

// Linux alone names what a descriptor leads to, and lets paths begin at one.
const systemHasDescriptorPaths = process.platform === 'linux' && existsSync('/proc/self/fd')
const descriptorPath = (handle: FileHandle): string => `/proc/self/fd/${handle.fd}`

/**
 * Opens ways into a folder.
 *
 * @throws McpError `invalid-params` where the folder is not there or cannot be made.
 */
export function createFolder(path: string, options: FolderOptions): Folder {
  const { create, hasDescriptorPaths = systemHasDescriptorPaths } = options
  const root = findRoot(path, create)
  const isInside = (real: string): boolean =>
    real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)

  /** Where an open descriptor leads; nowhere, if that cannot be told. */
  async function locate(handle: FileHandle, path: string, opened: BigIntStats): Promise<string> {
    if (hasDescriptorPaths) return readlink(descriptorPath(handle))
    // Elsewhere: where the path leads now, provided that it still leads to what was opened.
    const real = await realpath(path)
    const now = await stat(real, { bigint: true })
    return now.ino === opened.ino && now.dev === opened.dev ? real : ''
  }

  function asFolder({ handle }: OpenFile, path: string): OpenFolder {
    const base = hasDescriptorPaths ? descriptorPath(handle) : path
    return { path: base, pathOf: (name) => join(base, name), close: () => handle.close() }
  }

  /** Opens a path and makes sure of where it led. */
  async function openChecked(real: string, flags: number, uri: string): Promise<OpenFile> {
    const handle = await open(real, flags)
    try {
      const stats = await handle.stat({ bigint: true })
      if (!isInside(await locate(handle, real, stats))) throw escape(uri)
      return { handle, stats }
    } catch (thrown) {
      await handle.close()
      throw thrown
    }
  }

  async function follow(segments: readonly string[], uri: string): Promise<string[] | undefined> {
    try {
      const real = await realpath(join(root, ...segments))
      if (!isInside(real)) throw escape(uri)
      const within = relative(root, real)
      return within === '' ? [] : within.split(sep)
    } catch (thrown) {
      if (isMissing(thrown)) return undefined
      throw fileFailure(thrown, uri)
    }
  }

  return {
    root,
    follow,
    async openFile(segments, uri) {
      const real = await follow(segments, uri)
      if (real === undefined) return undefined
      const path = join(root, ...real)
      try {
        // Opening a device can have effects of its own, so what is one is not even opened.
        if (!(await lstat(path)).isFile()) throw notAFile(uri)
        // Neither a link nor a pipe put there meanwhile is followed or waited for.
        const opened = await openChecked(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, uri)
        if (opened.stats.isFile()) return opened
        await opened.handle.close()
        throw notAFile(uri)
      } catch (thrown) {
        if (isMissing(thrown)) return undefined
        throw fileFailure(thrown, uri)
      }
    },
    async openFolder(segments, uri, { create = false } = {}) {
      const flags = O_RDONLY | O_DIRECTORY
      try {
        if (!create) {
          const path = join(root, ...segments)
          return asFolder(await openChecked(path, flags, uri), path)
        }
        let folder = asFolder(await openChecked(root, flags, uri), root)
        for (const [index, segment] of segments.entries()) {
          try {
            const path = folder.pathOf(segment)
            await makeFolder(path)
            const opened = await openChecked(path, flags, uri)
            await folder.close()
            folder = asFolder(opened, join(root, ...segments.slice(0, index + 1)))
          } catch (thrown) {
            await folder.close()
            throw thrown
          }
        }
        return folder
      } catch (thrown) {
        if (isMissing(thrown)) return undefined
        throw fileFailure(thrown, uri)
      }
    },
  }
}

function findRoot(path: string, create: boolean): string {
  try {
    if (create) mkdirSync(path, { recursive: true, mode: 0o700 })
    if (statSync(path).isDirectory()) return realpathSync(path)
  } catch (cause) {
    throw noFolder(path, cause)
  }
  throw noFolder(path)
}

// Whoever configured the folder reads this, so it names the folder as it was configured.
function noFolder(path: string, cause?: unknown): McpError {
  return new McpError(
    'invalid-params',
    `The folder "${path}" is to be offered as resources, and no such folder is there or can be made.`,
    { cause },
  )
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (thrown) {
    if (!isErrno(thrown, 'EEXIST')) throw thrown
  }
}

function escape(uri: string): McpError {
  return refusal('path-escape', uri, 'leads out of its folder; only files within it are resources')
}
