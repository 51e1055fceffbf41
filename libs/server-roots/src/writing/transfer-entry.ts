import type { Stats } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join, sep } from 'node:path'

import {
  alreadyExists,
  fileNotFound,
  lockEntries,
  lstatEntry,
  refuseNameCollision,
  requireRegularFile,
} from '@mcp/files'
import { invalidParam } from '@mcp/server'

import type { Copied } from './copy-tree.ts'
import { copyFile, copyTree } from './copy-tree.ts'
import { refuseRootItself } from './delete-entry.ts'
import type { RootsParts } from '../roots-parts.ts'
import { checkTree } from '../directories/tree-check.ts'
import { conflict } from '../paths/errors.ts'
import type { RootEntry } from '../paths/root-entry.ts'

/** The source and the destination of a move or copy. */
export interface Transfer {
  readonly from: RootEntry
  readonly to: RootEntry
  readonly overwrite: boolean
  readonly signal: AbortSignal
}

type TransferParts = Pick<RootsParts, 'quotas' | 'bounds'>

/** A transfer whose source and destination were checked while locked. */
interface CheckedTransfer extends Transfer {
  readonly stats: Stats
  /** Total size of the transferred files, in bytes. */
  readonly bytes: number
}

/** Moves a file, folder or link. */
export function moveEntry(transfer: Transfer, parts: TransferParts): Promise<void> {
  return withChecked(transfer, parts, async ({ from, to, bytes, signal }) => {
    const location = to.directory.realPath
    const movedFrom = from.directory.realPath
    const replaced = to.stats?.size ?? 0
    const reservation = await parts.quotas.reserve({
      root: to.root,
      location,
      bytes: bytes - replaced,
      movedFrom,
      signal,
    })
    try {
      await from.directory.verify()
      await to.directory.verify()
      await rename(from.directory.pathOf(from.name), to.directory.pathOf(to.name))
      reservation.settle(bytes)
      parts.quotas.freed(location, replaced)
      parts.quotas.freed(movedFrom, bytes, location)
    } finally {
      reservation.release()
    }
    await to.directory.sync()
    await from.directory.sync()
  })
}

/** Copies a file, or a directory with everything in it. */
export function copyEntry(transfer: Transfer, parts: TransferParts): Promise<Copied> {
  const copied: Copied = { files: 0, bytes: 0, skipped: 0 }
  return withChecked(transfer, parts, async ({ from, to, stats, bytes, signal }) => {
    const options = { ...parts, signal }
    if (!stats.isDirectory()) {
      requireRegularFile(from, stats)
      await copyFile(from, to, options, copied)
      return copied
    }
    // Reserving the whole size makes a copy that is too large fail before it starts. Each file then
    // reserves its own space.
    const location = to.directory.realPath
    const reservation = await parts.quotas.reserve({ root: to.root, location, bytes, signal })
    reservation.release()
    await copyTree(from, to, options, copied)
    return copied
  })
}

function withChecked<T>(
  transfer: Transfer,
  { bounds }: TransferParts,
  run: (checked: CheckedTransfer) => Promise<T>,
): Promise<T> {
  const { signal, overwrite } = transfer
  refuseRootItself(transfer.from)
  refuseRootItself(transfer.to)
  return lockEntries([transfer.from, transfer.to], signal, async () => {
    const from = { ...transfer.from, stats: await lstatEntry(transfer.from) }
    const to = { ...transfer.to, stats: await lstatEntry(transfer.to) }
    const { stats } = from
    if (stats === undefined) throw fileNotFound(from)
    refuseIntoItself(from, to)
    if (to.stats === undefined) await refuseNameCollision(to)
    else if (!overwrite) throw alreadyExists(to)
    else if (!to.stats.isFile() || !stats.isFile()) {
      throw conflict('Only a file can replace a file. Directories are not merged.', 'exists')
    }
    if (stats.isFile()) requireRegularFile(from, stats)
    const bytes = stats.isDirectory()
      ? (await checkTree(from, { root: to.root, path: to.realPath }, { bounds, signal })).bytes
      : stats.isFile()
        ? stats.size
        : 0
    return run({ from, to, overwrite, signal, stats, bytes })
  })
}

function refuseIntoItself(from: RootEntry, to: RootEntry): void {
  const source = join(from.directory.realPath, from.name)
  const target = join(to.directory.realPath, to.name)
  if (target === source || target.startsWith(source + sep)) {
    throw invalidParam('to', 'the destination must not be the source, or inside it', {
      reason: 'into-itself',
    })
  }
}
