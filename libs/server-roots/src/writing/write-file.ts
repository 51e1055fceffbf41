import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { access, link, lstat, open, rename, unlink } from 'node:fs/promises'

import { McpError } from '@mcp/protocol'

import type { Entry } from '../paths/entry.ts'
import { exists, isSystemError } from '../paths/file-error.ts'
import { temporaryPrefix } from '../paths/relative-path.ts'

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants

export interface WriteOptions {
  /** What is there and shall be replaced; nothing: the file must not be there yet. */
  readonly replaces: Stats | undefined
  /** Called when the new content is on disk, and has the last word before it is in place. */
  readonly beforeReplacing?: (() => Promise<void>) | undefined
}

/**
 * Writes a file all at once: beside its place, safely onto the disk, and then into its place under its
 * name. Whoever reads sees the old content or the new one, also after a crash. Another name of the old
 * file keeps the old content.
 */
export async function writeWhole(
  { directory, name, path }: Pick<Entry, 'directory' | 'name' | 'path'>,
  write: (handle: FileHandle) => Promise<void>,
  { replaces, beforeReplacing }: WriteOptions,
): Promise<void> {
  const temporary = directory.at(`${temporaryPrefix}${randomUUID()}`)
  const target = directory.at(name)
  // Renaming asks nobody: a file that is closed to writing stays as it is.
  if (replaces !== undefined) await access(target, constants.W_OK)
  const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666)
  try {
    try {
      if (replaces !== undefined) await takeOver(handle, replaces)
      await write(handle)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await beforeReplacing?.()
    await directory.confirm()
    if (replaces !== undefined) await rename(temporary, target)
    else await putInFreePlace(temporary, target, path)
  } catch (thrown) {
    await unlink(temporary).catch(() => {})
    throw thrown
  }
  await directory.sync()
}

/** Gives the new file the rights of the old one, and its owner where this process may. */
async function takeOver(handle: FileHandle, { mode, uid, gid }: Stats): Promise<void> {
  const own = await handle.stat()
  if (own.uid !== uid || own.gid !== gid) {
    await handle.chown(uid, gid).catch((thrown: unknown) => {
      if (!isSystemError(thrown, 'EPERM', 'EINVAL')) throw thrown
    })
  }
  // Not who it runs as: the content is another one.
  await handle.chmod(mode & 0o777)
}

/** Renaming would replace a file that somebody made meanwhile; linking does not. */
async function putInFreePlace(temporary: string, target: string, path: string): Promise<void> {
  try {
    await link(temporary, target)
  } catch (thrown) {
    if (isSystemError(thrown, 'EEXIST')) throw exists(path, thrown)
    if (!isSystemError(thrown, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw thrown
    // A file system without links: look, and rename. The moment between the two remains.
    const found = await lstat(target).catch(() => undefined)
    if (found !== undefined) throw exists(path)
    return rename(temporary, target)
  }
  await unlink(temporary)
}

/**
 * Refuses a new name that a folder has already in another Unicode form: people could not tell the two
 * apart, and another system would take them for one.
 *
 * @throws McpError `conflict`, reason `name-collision`.
 */
export async function refuseCollision({
  directory,
  name,
  path,
}: Pick<Entry, 'directory' | 'name' | 'path'>): Promise<void> {
  const others = [name.normalize('NFC'), name.normalize('NFD')].filter((form) => form !== name)
  for (const other of others) {
    const found = await lstat(directory.at(other)).catch(() => undefined)
    if (found === undefined) continue
    throw new McpError(
      'conflict',
      `There is a file whose name looks like that of ${JSON.stringify(path)} and is written in another Unicode form; use that one.`,
      { details: { reason: 'name-collision', existing: other } },
    )
  }
}
