import type { Stats } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'

import {
  isSystemError,
  missing,
  missingFolder,
  notADirectory,
  withFileErrors,
} from './file-error.ts'
import type { HeldDirectory } from './held-directory.ts'
import { holdDirectory } from './held-directory.ts'
import { joinPath, pathEscape, splitPath } from './relative-path.ts'
import type { Root } from '../roots/root.ts'
import { locateRoot, requireVisible } from '../roots/root.ts'

/** A place in a root, safely reached: what is there now, or what could be made there. */
export interface Entry {
  readonly root: Root
  /** As the client named it. */
  readonly path: string
  /** Where it really is, from the root: another place than `path` where links led there. */
  readonly realPath: string
  /** The folder it is in, held open. */
  readonly directory: HeldDirectory
  /** Its name in that folder; `.` for the root itself. */
  readonly name: string
  /** What is there, a link not followed; nothing where nothing is. */
  readonly stats: Stats | undefined
}

export interface EntryOptions {
  /** Whether a link at the end of the path is followed. Default: true. */
  readonly follow?: boolean | undefined
  /** The parameter the path came in, for errors. Default: `path`. */
  readonly param?: string | undefined
  /** What is meant to be there, where nothing is: files may have to match a pattern. Default: file. */
  readonly as?: 'file' | 'directory' | undefined
}

/**
 * Finds a path below a root, lets `work` use what is there, and lets go of it. The path is resolved
 * with all links, must still be below the root, and the folder it is in is opened and checked again:
 * what `work` does through `directory` cannot be led elsewhere.
 *
 * @throws McpError `invalid-params`, reason `path-escape`; `forbidden`, reason `excluded`.
 */
export async function withEntry<T>(
  root: Root,
  path: string,
  options: EntryOptions,
  work: (entry: Entry) => Promise<T>,
): Promise<T> {
  return withFileErrors(path, async () => {
    // What a pattern leaves out is refused before it is looked at: nobody learns whether it is there.
    requireVisible(root, path, 'directory')
    const base = await locateRoot(root)
    const { folder, name } = await findPlace(base, path, options)
    const directory = await holdDirectory(folder, root.folder.byDescriptor)
    try {
      const realPath = name === '.' ? '' : joinPath(relativePath(base, folder), name)
      const stats = await lstatEntry({ directory, name })
      // A link swapped in since: nothing leads there any more that was checked.
      if (stats?.isSymbolicLink() === true && options.follow !== false)
        throw pathEscape(options.param)
      const meant = options.as ?? 'file'
      const type = stats === undefined ? meant : stats.isDirectory() ? 'directory' : 'file'
      requireVisible(root, path, type)
      if (realPath !== path) requireVisible(root, realPath, type)
      return await work({ root, path, realPath, directory, name, stats })
    } finally {
      await directory.close()
    }
  })
}

/** What is at a place now; a link is not followed. */
export async function lstatEntry({
  directory,
  name,
}: Pick<Entry, 'directory' | 'name'>): Promise<Stats | undefined> {
  try {
    return await lstat(directory.at(name))
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return undefined
    throw thrown
  }
}

/** @throws McpError `not-found`; `invalid-params`, reason `not-a-directory`. */
export function requireDirectory({ path, stats }: Entry): void {
  if (stats === undefined) throw missing(path)
  if (!stats.isDirectory()) {
    throw notADirectory(path)
  }
}

interface Place {
  readonly folder: string
  readonly name: string
}

async function findPlace(base: string, path: string, options: EntryOptions): Promise<Place> {
  if (path === '') return { folder: base, name: '.' }
  const { follow = true, param } = options
  const full = join(base, path)
  const last = splitPath(path)
  if (follow) {
    const found = await realpathOf(full)
    if (found === base) return { folder: base, name: '.' }
    if (found !== undefined) {
      requireBelow(base, found, param)
      return { folder: dirname(found), name: basename(found) }
    }
  }
  const folder = await realpathOf(join(base, last.folder))
  if (folder === undefined) {
    // Refused where something above it leads outside, whatever is or is not there.
    await findPlace(base, last.folder, { param })
    throw missingFolder(last.folder, param)
  }
  requireBelow(base, folder, param)
  if (follow && (await isLink(join(folder, last.name)))) {
    // It leads to nothing, perhaps outside: to say which would tell what is there.
    throw pathEscape(param)
  }
  return { folder, name: last.name }
}

async function realpathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (thrown) {
    // Nothing there, or closed to this process: what is above it shows whether it leads outside.
    if (isSystemError(thrown, 'ENOENT', 'ENOTDIR', 'EACCES')) return undefined
    throw thrown
  }
}

async function isLink(path: string): Promise<boolean> {
  const stats = await lstat(path).catch((thrown: unknown) => {
    if (isSystemError(thrown, 'ENOENT')) return undefined
    throw thrown
  })
  return stats?.isSymbolicLink() === true
}

function requireBelow(base: string, path: string, param: string | undefined): void {
  const way = relative(base, path)
  if (way === '..' || way.startsWith(`..${sep}`) || join(base, way) !== path)
    throw pathEscape(param)
}

function relativePath(base: string, path: string): string {
  return relative(base, path).split(sep).join('/')
}
