import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import {
  chmod,
  copyFile,
  lchown,
  lstat,
  mkdir,
  readdir,
  readlink,
  symlink,
  utimes,
} from 'node:fs/promises'
import { join } from 'node:path'

import { isMissing, isTemporaryName } from '@mcp/files'

/** Number and size of the copied files. */
export interface Copied {
  readonly files: number
  readonly bytes: number
}

export interface CopyTreeOptions {
  readonly signal: AbortSignal
  /** Path of a file that is not copied. Default: none. */
  readonly omits?: string | undefined
}

const none: Copied = { files: 0, bytes: 0 }

/**
 * Copies a file, a link or a folder with permissions and times (links without times), and with owners if this
 * process runs as root. Omits sockets, pipes and devices, files in folders that are still being written, and
 * entries that are deleted meanwhile.
 */
export async function copyTree(
  from: string,
  to: string,
  options: CopyTreeOptions,
): Promise<Copied> {
  options.signal.throwIfAborted()
  if (from === options.omits) return none
  const stats = await unlessMissing(lstat(from))
  if (stats === undefined) return none
  if (stats.isDirectory()) return copyFolder(from, to, stats, options)
  if (stats.isSymbolicLink()) {
    const target = await unlessMissing(readlink(from))
    if (target === undefined) return none
    await symlink(target, to)
    await keepOwner(to, stats)
    return { files: 1, bytes: 0 }
  }
  if (!stats.isFile()) return none
  const isCopied = await unlessMissing(
    // On file systems that can share blocks, a copy takes no space.
    copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE).then(() => true),
  )
  if (isCopied === undefined) return none
  await keepOwner(to, stats)
  await utimes(to, stats.atime, stats.mtime)
  const { size } = await lstat(to)
  return { files: 1, bytes: size }
}

async function copyFolder(
  from: string,
  to: string,
  stats: Stats,
  options: CopyTreeOptions,
): Promise<Copied> {
  await mkdir(to, { mode: 0o700 })
  let { files, bytes } = none
  for (const name of (await unlessMissing(readdir(from))) ?? []) {
    if (isTemporaryName(name)) continue
    const copied = await copyTree(join(from, name), join(to, name), options)
    files += copied.files
    bytes += copied.bytes
  }
  await keepOwner(to, stats)
  // The mode is set after the files are copied, because the folder may be read-only.
  await chmod(to, stats.mode & 0o7777)
  await utimes(to, stats.atime, stats.mtime)
  return { files, bytes }
}

async function keepOwner(path: string, { uid, gid }: Stats): Promise<void> {
  if (process.getuid?.() === 0) await lchown(path, uid, gid)
}

async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw thrown
  }
}
