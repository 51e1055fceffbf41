import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'

import type { FileHints, FileSubject } from './file-error.ts'
import { createError, fileNotFound, isMissing, notADirectory } from './file-error.ts'
import type { OpenDirectory } from './open-directory.ts'

/**
 * A folder for file operations. No path or link can lead an operation out of the folder. With
 * `byDescriptor`, no concurrent change can either. See {@link OpenDirectory}.
 */
export interface SafeFolder {
  /** Absolute path as configured. */
  readonly path: string
  /** Whether files with several names (hard links) are refused. */
  readonly refusesHardLinks: boolean
  /** Whether entries are accessed through the descriptor of their directory. */
  readonly byDescriptor: boolean
  /**
   * Finds the folder on first use. A link that later replaces the folder is not followed.
   *
   * @throws McpError `unavailable` if the folder does not exist or must not be used.
   */
  locate(this: void): Promise<FolderLocation>
  /** Resolves a path below the folder and runs `work` on its entry; see `withEntry`. */
  withEntry<Result>(
    path: string,
    options: EntryOptions,
    work: (entry: Entry) => Promise<Result>,
  ): Promise<Result>
  /** Returns the subfolder at `path`, with the same protections. */
  subfolder(path: string): SafeFolder
}

export interface FolderLocation {
  /** Absolute path with links resolved. Callers of a server must not receive it. */
  readonly realPath: string
  /** File system of the folder, as in `Stats.dev`. */
  readonly device: number
}

/** Result of resolving a path: an existing file or directory, or the location for a new one. */
export interface Entry extends FileSubject {
  readonly folder: SafeFolder
  /** Path relative to the folder, as the caller wrote it. */
  readonly path: string
  /** Path relative to the folder, with links resolved. */
  readonly realPath: string
  /** The directory that contains the entry. It is open. */
  readonly directory: OpenDirectory
  /** Name of the entry in `directory`. For the folder itself, the name is `.`. */
  readonly name: string
  /** Result of `lstat`. Undefined if the entry does not exist. */
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
   * Throws if the path must not be used. The first call, with type `directory`, is before any access,
   * so that a refusal does not reveal whether the path exists. Later calls have the actual type, for
   * `path` and also for the resolved path if it is different.
   */
  readonly authorize?: ((path: string, type: 'file' | 'directory') => void) | undefined
}

/**
 * Returns the current status of an entry, without following links, or undefined if it does not
 * exist.
 */
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

/**
 * Throws `not-found`, or `invalid-params` with reason `not-a-directory`, unless the entry is a
 * directory.
 */
export function requireDirectory(entry: FileSubject & Pick<Entry, 'stats'>): void {
  if (entry.stats === undefined) throw fileNotFound(entry)
  if (!entry.stats.isDirectory()) throw notADirectory(entry)
}

/**
 * Rejects a new name that exists in another Unicode form. Users could not distinguish the two names,
 * and some systems treat them as the same name.
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

/** Returns the path as a JSON string for error messages, so that line breaks in it are visible. */
export function quotePath(path: string): string {
  return path === '' ? 'The folder itself' : JSON.stringify(path)
}
