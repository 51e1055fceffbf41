import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { access, link, lstat, open, rename, unlink } from 'node:fs/promises'

import type { Entry } from './entry.ts'
import { lstatEntry } from './entry.ts'
import type { FileSubject } from './file-error.ts'
import { alreadyExists, isSystemError, notAFile } from './file-error.ts'
import type { OpenDirectory } from './open-directory.ts'
import { readEntries } from './read-entries.ts'
import { isTemporaryName, temporaryPrefix } from './temporary-name.ts'

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants

export interface WriteFileOptions {
  /**
   * Status of the file to replace. Its permissions are kept, and its owner if this process may set the owner.
   * Undefined for a new file.
   */
  readonly replaces: Stats | undefined
  /** If true, an existing file is replaced even if `replaces` is undefined. Default: false. */
  readonly overwrite?: boolean | undefined
  /** Permissions of a new file, reduced by the umask of the process. Default: 0o666. */
  readonly mode?: number | undefined
  /** Runs after the content is on disk and before it is visible. If it throws, nothing changes. */
  readonly beforeReplacing?: (() => Promise<void>) | undefined
}

/**
 * Writes a file atomically. The content is written to a temporary file in the same directory, flushed
 * to disk and moved into place. Readers see the old or the new content, even after a crash. If the old
 * file has another name (hard link), the content under that name does not change.
 *
 * @param content - The content, or a function that writes it.
 * @throws McpError `conflict`, reason `exists` or `moved`; `invalid-params`, reason `not-a-file`.
 *
 * @example
 * await folder.withEntry('a.json', {}, (entry) =>
 *   writeFileAtomically(entry, '{}', { replaces: entry.stats }),
 * )
 */
export async function writeFileAtomically(
  entry: FileSubject & Pick<Entry, 'directory' | 'name'>,
  content: string | Uint8Array | ((handle: FileHandle) => Promise<void>),
  { replaces, overwrite = false, mode = 0o666, beforeReplacing }: WriteFileOptions,
): Promise<void> {
  const { directory, name } = entry
  if (replaces?.isFile() === false) throw notAFile(entry)
  const temporary = directory.pathOf(`${temporaryPrefix}${randomUUID()}`)
  const target = directory.pathOf(name)
  // A rename needs no write permission on the file, so it would replace even a read-only file.
  if (replaces !== undefined) await access(target, constants.W_OK)
  const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
  try {
    try {
      if (replaces !== undefined) await copyOwnership(handle, replaces)
      if (typeof content === 'function') await content(handle)
      else await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await beforeReplacing?.()
    await directory.verify()
    if (replaces !== undefined || overwrite) await rename(temporary, target)
    else await linkNew(temporary, target, entry)
  } catch (thrown) {
    await unlink(temporary).catch(() => {})
    throw thrown
  }
  await directory.sync()
}

/** Copies the permissions of the old file to the new one, and its owner if this process may do so. */
async function copyOwnership(handle: FileHandle, { mode, uid, gid }: Stats): Promise<void> {
  const own = await handle.stat()
  if (own.uid !== uid || own.gid !== gid) {
    await handle.chown(uid, gid).catch((thrown: unknown) => {
      if (!isSystemError(thrown, 'EPERM', 'EINVAL')) throw thrown
    })
  }
  // The setuid and setgid bits are not copied, because the content is different.
  await handle.chmod(mode & 0o777)
}

/**
 * Moves a new file into place with a hard link. This fails if another process has created the target
 * in the meantime. A rename would replace that file.
 */
async function linkNew(temporary: string, target: string, subject: FileSubject): Promise<void> {
  try {
    await link(temporary, target)
  } catch (thrown) {
    if (isSystemError(thrown, 'EEXIST')) throw alreadyExists(subject, thrown)
    if (!isSystemError(thrown, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw thrown
    // The file system has no hard links, so the file is renamed. A file that another process creates
    // between the check and the rename is replaced.
    const found = await lstat(target).catch(() => undefined)
    if (found !== undefined) throw alreadyExists(subject)
    return rename(temporary, target)
  }
  await unlink(temporary)
}

// No write takes this long. An older temporary file is from a process that crashed.
const defaultMaxAgeMs = 10 * 60_000

/** Deletes temporary files in a directory that are at least `maxAgeMs` milliseconds old. */
export async function removeTemporaryFiles(
  directory: OpenDirectory,
  maxAgeMs = defaultMaxAgeMs,
): Promise<void> {
  for (const { name } of await readEntries(directory, { withTemporary: true })) {
    if (!isTemporaryName(name)) continue
    const stats = await lstatEntry({ directory, name })
    const isAbandoned = stats?.isFile() === true && Date.now() - stats.mtimeMs >= maxAgeMs
    if (isAbandoned) await unlink(directory.pathOf(name)).catch(() => {})
  }
}
