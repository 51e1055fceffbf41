import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'

import type { Entry } from './entry.ts'
import { forbidden, missing, notAFile } from './file-error.ts'
import { isSpecialFileSystem } from './special-file-system.ts'

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants

/** A regular file, open, with what is known of it. */
export interface OpenedFile {
  readonly handle: FileHandle
  readonly stats: Stats
}

/**
 * Opens a regular file, lets `work` use it, and closes it. What it is, is checked before opening, since
 * opening a device may do something, and again on the descriptor, which is what counts.
 */
export async function withFile<T>(
  entry: Pick<Entry, 'root' | 'path' | 'directory' | 'name' | 'stats'>,
  work: (file: OpenedFile) => Promise<T>,
  flags = O_RDONLY,
): Promise<T> {
  const { directory, name, path, stats: before } = entry
  if (before === undefined) throw missing(path)
  checkFile(entry, before)
  // Without waiting: a FIFO put there meanwhile would wait for a writer for ever.
  const handle = await open(directory.at(name), flags | O_NOFOLLOW | O_NONBLOCK)
  try {
    const stats = await handle.stat()
    checkFile(entry, stats)
    await directory.confirmFile(handle, name)
    const { device } = await entry.root.folder.locate()
    if (stats.dev !== device && (await isSpecialFileSystem(directory.at(name)))) {
      throw notAFile(path)
    }
    return await work({ handle, stats })
  } finally {
    await handle.close()
  }
}

/** @throws McpError where it is no regular file, or has several names and the operator refuses that. */
export function checkFile({ root, path }: Pick<Entry, 'root' | 'path'>, stats: Stats): void {
  if (!stats.isFile()) throw notAFile(path)
  if (root.folder.refusesHardLinks && stats.nlink > 1) {
    throw forbidden(
      `${JSON.stringify(path)} has ${stats.nlink} names, and the root refuses such files: they may be reached from elsewhere.`,
      'hard-link',
    )
  }
}
