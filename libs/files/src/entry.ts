import type { Stats } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'

import type { FileHints, FileSubject } from './file-error.ts'
import {
  createError,
  directoryNotFound,
  isMissing,
  isSystemError,
  notADirectory,
  fileNotFound,
  pathEscape,
  withFileErrors,
} from './file-error.ts'
import type { OpenDirectory } from './open-directory.ts'
import { openDirectory } from './open-directory.ts'
import { joinPath, splitPath } from './relative-path.ts'
import type { SafeFolder } from './safe-folder.ts'

/** A safely resolved path: the file or directory there, or the location of a new one. */
export interface Entry extends FileSubject {
  readonly folder: SafeFolder
  /** Path from the folder, as the caller named it. */
  readonly path: string
  /** Path from the folder with links resolved. */
  readonly realPath: string
  /** Its directory, held open. */
  readonly directory: OpenDirectory
  /** Its name in that directory; `.` for the folder itself. */
  readonly name: string
  /** Result of `lstat`. Undefined: nothing exists there. */
  readonly stats: Stats | undefined
}

export interface EntryOptions {
  /** Whether a link at the end of the path is followed. Default: true. */
  readonly follow?: boolean | undefined
  /** Name of the file in error messages. Default: the path in quotation marks. */
  readonly label?: string | undefined
  /** Request parameter that contains the path, for errors. */
  readonly param?: string | undefined
  /** Remedies for error messages. */
  readonly hints?: FileHints | undefined
  /** Intended type of a path that does not exist, for `authorize`. Default: `file`. */
  readonly type?: 'file' | 'directory' | undefined
  /**
   * Throws unless the path may be used. Called before the path is looked at, so that refused paths
   * reveal nothing, and again with the type and with the resolved path.
   */
  readonly authorize?: ((path: string, type: 'file' | 'directory') => void) | undefined
}

/**
 * Resolves a path, which must be as `parsePath` returns it, and runs `work` on its entry. All links are
 * resolved and must stay in the folder; then its directory is opened and verified. Nothing that `work`
 * does through `directory` can be redirected.
 *
 * @throws McpError `forbidden`, reason `path-escape`; `not-found` if its directory does not exist.
 */
export async function withEntry<Result>(
  folder: SafeFolder,
  path: string,
  options: EntryOptions,
  work: (entry: Entry) => Promise<Result>,
): Promise<Result> {
  const { param, label = quotePath(path), hints, authorize, follow = true } = options
  const subject = { label, param, hints }
  return withFileErrors(subject, async () => {
    authorize?.(path, 'directory')
    const { realPath: base } = await folder.locate()
    const location = await resolvePath(base, path, follow, subject)
    const directory = await openDirectory(location.directory, folder.byDescriptor)
    try {
      const { name } = location
      const realPath = name === '.' ? '' : joinPath(relativePath(base, location.directory), name)
      const stats = await lstatEntry({ directory, name })
      // A link that was put there since: its target was not verified.
      if (stats?.isSymbolicLink() === true && follow) throw pathEscape(subject)
      const isDirectory = stats?.isDirectory() ?? options.type === 'directory'
      const type = isDirectory ? 'directory' : 'file'
      authorize?.(path, type)
      if (realPath !== path) authorize?.(realPath, type)
      return await work({ ...subject, folder, path, realPath, directory, name, stats })
    } finally {
      await directory.close()
    }
  })
}

/** Returns the current status of an entry, links not followed. Undefined: it does not exist. */
export async function lstatEntry({
  directory,
  name,
}: Pick<Entry, 'directory' | 'name'>): Promise<Stats | undefined> {
  try {
    return await lstat(directory.pathOf(name))
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw thrown
  }
}

/** @throws McpError `not-found`; `invalid-params`, reason `not-a-directory`. */
export function requireDirectory(entry: FileSubject & Pick<Entry, 'stats'>): void {
  if (entry.stats === undefined) throw fileNotFound(entry)
  if (!entry.stats.isDirectory()) throw notADirectory(entry)
}

/**
 * Rejects a new name that exists in another Unicode form: users could not distinguish the two, and other
 * systems treat them as one.
 *
 * @throws McpError `conflict`, reason `name-collision`.
 */
export async function refuseNameCollision(
  entry: FileSubject & Pick<Entry, 'directory' | 'name'>,
): Promise<void> {
  const { directory, name, label } = entry
  const forms = [name.normalize('NFC'), name.normalize('NFD')].filter((form) => form !== name)
  for (const form of forms) {
    if ((await lstatEntry({ directory, name: form })) === undefined) continue
    throw createError(
      'conflict',
      `${label} exists under the same name in another Unicode form. Use that form.`,
      'name-collision',
      { details: { existing: form } },
    )
  }
}

/** The label of a path: in quotation marks, so that line breaks in it are visible. */
export function quotePath(path: string): string {
  return path === '' ? 'The folder itself' : JSON.stringify(path)
}

interface Location {
  readonly directory: string
  readonly name: string
}

async function resolvePath(
  base: string,
  path: string,
  follow: boolean,
  subject: FileSubject,
): Promise<Location> {
  if (path === '') return { directory: base, name: '.' }
  const full = join(base, path)
  if (follow) {
    const found = await tryRealpath(full)
    if (found === base) return { directory: base, name: '.' }
    if (found !== undefined) {
      requireBelow(base, found, subject)
      return { directory: dirname(found), name: basename(found) }
    }
  }
  const { folder: parent, name } = splitPath(path)
  const directory = await tryRealpath(join(base, parent))
  if (directory === undefined) {
    // A path that leads out is refused as such, whether or not its target exists.
    await resolvePath(base, parent, true, subject)
    throw directoryNotFound(parent, subject)
  }
  requireBelow(base, directory, subject)
  if (follow && (await isLink(join(directory, name)))) {
    // A dangling link. To say whether its target is outside would reveal what exists there.
    throw pathEscape(subject)
  }
  return { directory, name }
}

async function tryRealpath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (thrown) {
    // Missing, or not accessible to this process: the directories above show whether it leads out.
    if (isMissing(thrown) || isSystemError(thrown, 'EACCES')) return undefined
    throw thrown
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink()
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return false
    throw thrown
  }
}

function requireBelow(base: string, path: string, subject: FileSubject): void {
  const way = relative(base, path)
  if (way === '..' || way.startsWith(`..${sep}`) || join(base, way) !== path) {
    throw pathEscape(subject)
  }
}

function relativePath(base: string, path: string): string {
  return relative(base, path).split(sep).join('/')
}
