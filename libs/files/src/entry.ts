import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'

import type { FileHints, FileSubject } from './file-error.ts'
import { createError, fileNotFound, isMissing, notADirectory } from './file-error.ts'
import type { OpenDirectory } from './open-directory.ts'

/** A folder whose operations no path, link or concurrent change can lead outside. */
export interface SafeFolder {
  /** Absolute path as configured. */
  readonly path: string
  readonly refusesHardLinks: boolean
  readonly byDescriptor: boolean
  /**
   * Finds the folder on first use. A link that later replaces the folder has no effect.
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
  /** Location on this machine, links resolved. Never leaves the process. */
  readonly realPath: string
  /** File system of the folder, as in `Stats.dev`. */
  readonly device: number
}

/** A safely resolved path: the file or directory there, or the location of a new one. */
export interface Entry extends FileSubject {
  readonly folder: SafeFolder
  /** Path relative to the folder, as the caller wrote it. */
  readonly path: string
  /** Path relative to the folder, with links resolved. */
  readonly realPath: string
  /** The directory that contains it, held open. */
  readonly directory: OpenDirectory
  /** Its name in that directory; `.` for the folder itself. */
  readonly name: string
  /** Result of `lstat`; undefined if nothing exists there. */
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
   * Throws if the path may not be used. The first call is before the path is accessed, so that a
   * refused path reveals nothing. It is called again with the actual type and the resolved path.
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

/** Returns the label of a path: the path as a JSON string, so that line breaks in it are visible. */
export function quotePath(path: string): string {
  return path === '' ? 'The folder itself' : JSON.stringify(path)
}
