import type { Stats } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join, sep } from 'node:path'

import { invalidParam } from '@mcp/server'

import type { Copied } from './copy-tree.ts'
import { copyFile, copyTree } from './copy-tree.ts'
import { refuseRootItself } from './delete-entry.ts'
import type { Entry } from '../paths/entry.ts'
import { lstatEntry } from '../paths/entry.ts'
import { conflict, exists, missing } from '../paths/file-error.ts'
import { withPlaces } from './file-locks.ts'
import { checkFile } from '../paths/open-file.ts'
import type { RootsParts } from '../roots-parts.ts'
import { checkTree } from '../directories/tree-check.ts'
import { refuseCollision } from './write-file.ts'

/** Something that goes from one place to another. */
export interface Transfer {
  readonly from: Entry
  readonly to: Entry
  readonly overwrite: boolean
  readonly signal: AbortSignal
}

type TransferParts = Pick<RootsParts, 'quotas' | 'bounds'>

/** A transfer whose ends were looked at under their locks. */
interface CheckedTransfer extends Transfer {
  readonly stats: Stats
  /** How many bytes go there. */
  readonly bytes: number
}

/** Moves a file, folder or link. */
export function moveEntry(transfer: Transfer, parts: TransferParts): Promise<void> {
  return withChecked(transfer, parts, async ({ from, to, bytes, signal }) => {
    const place = to.directory.realPath
    const movedFrom = from.directory.realPath
    const replaced = to.stats?.size ?? 0
    const room = await parts.quotas.reserve({
      root: to.root,
      place,
      bytes: bytes - replaced,
      movedFrom,
      signal,
    })
    try {
      await from.directory.confirm()
      await to.directory.confirm()
      await rename(from.directory.at(from.name), to.directory.at(to.name))
      room.settle(bytes)
      parts.quotas.freed(place, replaced)
      parts.quotas.freed(movedFrom, bytes, place)
    } finally {
      room.release()
    }
    await to.directory.sync()
    await from.directory.sync()
  })
}

/** Copies a file, or a folder with all in it. */
export function copyEntry(transfer: Transfer, parts: TransferParts): Promise<Copied> {
  const copied: Copied = { files: 0, bytes: 0, skipped: 0 }
  return withChecked(transfer, parts, async ({ from, to, stats, bytes, signal }) => {
    const options = { ...parts, signal }
    if (!stats.isDirectory()) {
      checkFile(from, stats)
      await copyFile(from, to, options, copied)
      return copied
    }
    // For an early answer: each file asks for its own room again.
    const place = to.directory.realPath
    const room = await parts.quotas.reserve({ root: to.root, place, bytes, signal })
    room.release()
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
  return withPlaces([transfer.from, transfer.to], signal, async () => {
    const from = { ...transfer.from, stats: await lstatEntry(transfer.from) }
    const to = { ...transfer.to, stats: await lstatEntry(transfer.to) }
    const { stats } = from
    if (stats === undefined) throw missing(from.path)
    refuseIntoItself(from, to)
    if (to.stats === undefined) await refuseCollision(to)
    else if (!overwrite) throw exists(to.path)
    else if (!to.stats.isFile() || !stats.isFile()) {
      throw conflict('Only a file can take the place of a file; folders are not merged.', 'exists')
    }
    if (stats.isFile()) checkFile(from, stats)
    const bytes = stats.isDirectory()
      ? (await checkTree(from, { root: to.root, path: to.realPath }, { bounds, signal })).bytes
      : stats.isFile()
        ? stats.size
        : 0
    return run({ from, to, overwrite, signal, stats, bytes })
  })
}

function refuseIntoItself(from: Entry, to: Entry): void {
  const source = join(from.directory.realPath, from.name)
  const target = join(to.directory.realPath, to.name)
  if (target === source || target.startsWith(source + sep)) {
    throw invalidParam('to', 'it cannot go into itself', { reason: 'into-itself' })
  }
}
