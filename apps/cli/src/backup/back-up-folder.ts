import { lstat, readdir, rename, rm } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'

import { isMissing, isSystemError, isTemporaryName, makeFolder } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import { usageError } from '../output/exit-codes.ts'
import { copyDatabase } from './copy-database.ts'
import type { Copied } from './copy-tree.ts'
import { copyTree } from './copy-tree.ts'

/** The contents of a backup. */
export interface Backup {
  readonly data: string
  readonly folder: string
  /** The SQLite files, each copied as a consistent snapshot. */
  readonly databases: readonly string[]
  /** Number of all files. */
  readonly files: number
  readonly bytes: number
  /** Names in the data folder that are not in the backup although they hold data, with the reason. */
  readonly omitted: readonly { readonly name: string; readonly reason: string }[]
}

export interface BackUpOptions {
  /** The data folder. A hub may use it meanwhile. */
  readonly data: string
  /** The folder of the backup. It must be missing or empty. */
  readonly target: string
  readonly signal: AbortSignal
}

/**
 * Copies a data folder, also while a hub uses it. Each file of SQLite is copied by SQLite as a consistent
 * snapshot. All other files are only replaced atomically or appended to. The target appears when it is
 * complete.
 *
 * @throws McpError if the data folder is missing, the target is not empty, or the disk is full.
 */
export async function backUpFolder({ data, target, signal }: BackUpOptions): Promise<Backup> {
  const [source, folder] = [resolve(data), resolve(target)]
  await checkFolders(source, folder)
  // The partial backup is beside the target, so that a rename moves it into place.
  const partial = `${folder}.partial-${process.pid}`
  await makeFolder(partial, 0o700)
  try {
    const contents = await copyContents(source, partial, signal)
    await moveInto(partial, folder)
    return { data: source, folder, ...contents }
  } catch (thrown) {
    await rm(partial, { recursive: true, force: true })
    throw McpError.is(thrown) || !isSystemError(thrown, 'ENOSPC', 'EDQUOT', 'EACCES', 'EROFS')
      ? thrown
      : new McpError('unavailable', `Cannot write "${folder}": ${thrown.message}`, {
          cause: thrown,
        })
  }
}

async function checkFolders(source: string, folder: string): Promise<void> {
  const names = await namesIn(source)
  if (names === undefined) {
    throw usageError(`There is no data folder "${source}". Set --data or MCP_DATA_DIR.`)
  }
  if (`${folder}${sep}`.startsWith(`${source}${sep}`)) {
    throw usageError(`"${folder}" is in the data folder. Choose a folder outside it.`)
  }
  if (((await namesIn(folder)) ?? []).length > 0) {
    throw usageError(`"${folder}" is not empty. Choose a new folder for each backup.`)
  }
}

/** Returns the names in a folder; `undefined` if it is missing. */
async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    if (!isSystemError(thrown, 'ENOTDIR')) throw thrown
    throw usageError(`"${folder}" is not a folder.`)
  }
}

/**
 * Whether an entry of the data folder is created again at the next start, so that a backup does not need it.
 */
export function isTransient(name: string): boolean {
  return /\.db-(wal|shm|journal|lock)$/.test(name) || name === 'hub.sock' || name === 'cache'
}

async function copyContents(source: string, target: string, signal: AbortSignal) {
  const databases: string[] = []
  const omitted: { name: string; reason: string }[] = []
  const total = { files: 0, bytes: 0 }
  const add = ({ files, bytes }: Copied): void => {
    total.files += files
    total.bytes += bytes
  }
  for (const name of (await readdir(source)).toSorted()) {
    signal.throwIfAborted()
    if (isTransient(name) || isTemporaryName(name)) continue
    const [from, to] = [join(source, name), join(target, name)]
    const stats = await lstat(from)
    if (name.endsWith('.db') && stats.isFile()) {
      add({ files: 1, bytes: await copyDatabase(from, to) })
      databases.push(name)
    } else if (name === 'database' && stats.isDirectory()) {
      const copied = await copyEmbeddedDatabase(from, to, signal)
      if (copied === undefined) omitted.push({ name, reason: 'a running hub uses it' })
      else add(copied)
    } else {
      add(await copyTree(from, to, { signal }))
    }
  }
  return { databases, omitted, ...total }
}

/** Copies the folder of the embedded database. Returns `undefined` if a process uses it. */
async function copyEmbeddedDatabase(
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<Copied | undefined> {
  const { lockFolder } = await import('@mcp/server-database')
  const lock = await lockFolder(from, 'main').catch((thrown: unknown) => {
    if (!McpError.is(thrown)) throw thrown
  })
  if (lock === undefined) return undefined
  try {
    // A process loses its lock when it closes the file, even if it opened the file only to copy it.
    return await copyTree(from, to, { signal, omits: join(from, 'lock') })
  } finally {
    lock.release()
  }
}

async function moveInto(partial: string, folder: string): Promise<void> {
  try {
    await rename(partial, folder)
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOTEMPTY', 'EEXIST')) {
      throw usageError(`"${folder}" is not empty. Choose a new folder for each backup.`)
    }
    if (!isSystemError(thrown, 'EBUSY', 'EXDEV')) throw thrown
    throw usageError(
      `"${folder}" is a mount point. Choose a folder in it, such as "${join(folder, 'data')}".`,
    )
  }
}
