import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'

import type { Entry } from './entry.ts'
import { createError, notAFile, fileNotFound } from './file-error.ts'
import { isSpecialFileSystem } from './special-file-system.ts'

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants

/** An open regular file. */
export interface OpenedFile {
  readonly handle: FileHandle
  readonly stats: Stats
}

/** The properties of an entry that are needed to open its file. */
export type FileEntry = Omit<Entry, 'path' | 'realPath'>

/**
 * Opens the regular file of an entry. The caller must close the handle. The file is checked before it
 * is opened, because opening a device can have side effects. It is checked again through its
 * descriptor, because it may have been replaced in between.
 *
 * @param flags - Flags of `open`, to which O_NOFOLLOW and O_NONBLOCK are added. Default: read only.
 * @throws McpError `not-found`; `invalid-params`, reason `not-a-file`; `forbidden`, reason `hard-link`;
 *   `conflict`, reason `moved`.
 */
export async function openFile(entry: FileEntry, flags = O_RDONLY): Promise<OpenedFile> {
  const { directory, name, folder } = entry
  if (entry.stats === undefined) throw fileNotFound(entry)
  requireRegularFile(entry, entry.stats)
  // Without O_NONBLOCK, opening a FIFO that replaced the file would wait for a writer forever.
  const handle = await open(directory.pathOf(name), flags | O_NOFOLLOW | O_NONBLOCK)
  try {
    const stats = await handle.stat()
    requireRegularFile(entry, stats)
    await directory.verifyFile(handle, name)
    const { device } = await folder.locate()
    // A different device means that another file system is mounted at this path.
    if (stats.dev !== device && (await isSpecialFileSystem(directory.pathOf(name)))) {
      throw notAFile(entry)
    }
    return { handle, stats }
  } catch (thrown) {
    await handle.close()
    throw thrown
  }
}

/** Opens the regular file of an entry, runs `work` on it and closes it; see {@link openFile}. */
export async function withFile<Result>(
  entry: FileEntry,
  work: (file: OpenedFile) => Promise<Result>,
  flags?: number,
): Promise<Result> {
  const file = await openFile(entry, flags)
  try {
    return await work(file)
  } finally {
    await file.handle.close()
  }
}

/**
 * Throws unless `stats` describes a regular file that the folder allows to open.
 *
 * @throws McpError `invalid-params`, reason `not-a-file`; `forbidden`, reason `hard-link`.
 */
export function requireRegularFile(
  entry: Pick<FileEntry, 'folder' | 'label' | 'param'>,
  stats: Stats,
): void {
  if (!stats.isFile()) throw notAFile(entry)
  if (entry.folder.refusesHardLinks && stats.nlink > 1) {
    const message = `${entry.label} has ${stats.nlink} names (hard links). The folder refuses such files: another name may be outside.`
    throw createError('forbidden', message, 'hard-link', entry)
  }
}
