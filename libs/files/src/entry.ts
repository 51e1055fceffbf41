import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'

import type { FileHints, FileSubject } from './file-error.ts'
import { createError, fileNotFound, isMissing, notADirectory } from './file-error.ts'
import type { OpenDirectory } from './open-directory.ts'

/** A folder that no path, link or concurrent change leads out of. */
export interface SafeFolder {
  /** Absolute path as configured. */
  readonly path: string
  readonly refusesHardLinks: boolean
  readonly byDescriptor: boolean
  /**
   * Finds the folder on first use. A link that replaces it later has no effect.
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
  /** Returns the folder at a path below it, with the same protections. */
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
