import { randomBytes } from 'node:crypto'
import { rename, rmdir } from 'node:fs/promises'

import { fileNotFound, isWithin, joinPath, lockEntries, lstatEntry, splitPath } from '@mcp/files'
import { invalidParam } from '@mcp/server'

import { requireMatch } from './change-file.ts'
import { makeDirectories } from '../directories/make-directories.ts'
import { removeFile, removeTree } from './remove-tree.ts'
import type { RootsParts } from '../roots-parts.ts'
import { checkTree } from '../directories/tree-check.ts'
import { forbidden } from '../paths/errors.ts'
import type { RootEntry } from '../paths/root-entry.ts'
import { withEntry } from '../paths/root-entry.ts'
import { trashFolder } from '../paths/trash.ts'

export interface DeleteOptions {
  readonly recursive: boolean
  readonly trash: boolean
  readonly ifMatch?: string | undefined
  readonly signal: AbortSignal
}

export interface Deleted {
  deleted: number
  trashPath?: string
}

/** Deletes an entry or moves it to the trash. */
export function deleteEntry(
  found: RootEntry,
  options: DeleteOptions,
  parts: RootsParts,
): Promise<Deleted> {
  refuseRootItself(found)
  return lockEntries([found], options.signal, async () => {
    const entry = { ...found, stats: await lstatEntry(found) }
    if (entry.stats === undefined) throw fileNotFound(entry)
    const { ifMatch, signal } = options
    await requireMatch(entry, { ifMatch, signal })
    return options.trash ? moveToTrash(entry, options, parts) : remove(entry, options, parts)
  })
}

/** Throws `forbidden`, reason `root-itself`, if an entry is the root itself. */
export function refuseRootItself({ realPath }: RootEntry): void {
  if (realPath !== '') return
  throw forbidden(
    'The root itself cannot be moved, copied or deleted. Name an entry in it.',
    'root-itself',
  )
}

async function remove(
  entry: RootEntry,
  { recursive, signal }: DeleteOptions,
  { quotas, bounds }: RootsParts,
): Promise<Deleted> {
  const { root, directory, name, realPath, stats } = entry
  let deleted = 0
  const onRemoved = (bytes: number): void => {
    deleted++
    quotas.freed(directory.realPath, bytes)
  }
  await directory.verify()
  if (stats?.isDirectory() !== true) await removeFile(directory, name, { onRemoved })
  else if (recursive) {
    await checkTree(entry, undefined, { bounds, signal })
    await removeTree(directory, name, realPath, { root, bounds, signal, onRemoved })
  } else {
    await rmdir(directory.pathOf(name))
    onRemoved(0)
  }
  return { deleted }
}

async function moveToTrash(
  entry: RootEntry,
  { signal }: DeleteOptions,
  { bounds, now }: RootsParts,
): Promise<Deleted> {
  const { root, realPath, directory, name, stats } = entry
  if (isWithin(trashFolder, realPath)) {
    throw invalidParam(
      'trash',
      'the entry is already in the trash; set trash to false to delete it permanently',
    )
  }
  const trashPath = joinPath(joinPath(trashFolder, trashName(now())), realPath)
  const size =
    stats?.isDirectory() === true
      ? await checkTree(entry, { root, path: trashPath }, { bounds, signal })
      : { entries: 0 }
  await makeDirectories(root, splitPath(trashPath).folder, signal)
  await withEntry(root, trashPath, { follow: false }, async (target) => {
    await directory.verify()
    await target.directory.verify()
    await rename(directory.pathOf(name), target.directory.pathOf(target.name))
  })
  return { deleted: size.entries + 1, trashPath }
}

/** Returns a unique name for a folder in the trash. Two deletions of one path need different folders. */
function trashName(now: number): string {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `${time}-${randomBytes(3).toString('hex')}`
}
