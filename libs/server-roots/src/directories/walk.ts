import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'

import type { DirectoryEntry, EntryType, OpenDirectory } from '@mcp/files'
import { isSystemError, isWithin, joinPath, readEntries, requireDirectory } from '@mcp/files'

import type { Bounds } from '../bounds.ts'
import { createPause } from './pause.ts'
import type { Root } from '../roots/root.ts'
import type { RootEntry } from '../paths/root-entry.ts'
import { trashFolder } from '../paths/trash.ts'

/** Something below a folder. Its `directory` is held only until the next one is asked for. */
export interface WalkedEntry {
  readonly root: Root
  /** From the root, as the folder was named. */
  readonly path: string
  /** Where it really is, from the root. */
  readonly realPath: string
  readonly name: string
  readonly type: EntryType
  readonly directory: OpenDirectory
  /** Whether its folder has the name in another Unicode form as well. */
  readonly hasCollision: boolean
  /** How deep below the folder, from 1. */
  readonly depth: number
}

export interface WalkOptions {
  /** How many levels down. Default: all, up to 64. */
  readonly depth?: number | undefined
  /** Only what comes after this path. Default: all. */
  readonly after?: string | undefined
  /** Whether what the patterns leave out is passed over. Default: true. */
  readonly onlyVisible?: boolean | undefined
  readonly bounds: Bounds
  readonly signal: AbortSignal
}

/** Each level holds a descriptor as long as the walk is in it. */
export const maxWalkDepth = 64

interface Level {
  readonly directory: OpenDirectory
  readonly path: string
  readonly realPath: string
  readonly depth: number
}

/** Goes through what lies below a folder, in the order of the names. Links are told, never followed. */
export async function* walk(folder: RootEntry, options: WalkOptions): AsyncGenerator<WalkedEntry> {
  requireDirectory(folder)
  const { root, path, realPath, name } = folder
  const directory = await folder.directory.open(name)
  try {
    yield* walkLevel(root, { directory, path, realPath, depth: 1 }, options)
  } finally {
    await directory.close()
  }
}

async function* walkLevel(
  root: Root,
  level: Level,
  options: WalkOptions,
): AsyncGenerator<WalkedEntry> {
  const { directory, depth } = level
  const { depth: maxDepth = maxWalkDepth, after, onlyVisible = true, signal } = options
  const found = await readEntries(directory, { maxEntries: options.bounds.directoryEntries })
  const collisions = findCollisions(found)
  const pause = createPause()
  for (const { name, type } of found) {
    signal.throwIfAborted()
    await pause()
    const path = joinPath(level.path, name)
    const realPath = joinPath(level.realPath, name)
    if (onlyVisible && !isOffered(root, level, path, realPath, type)) continue
    const isAfter = after === undefined || comparePaths(path, after) > 0
    if (isAfter) {
      const hasCollision = collisions.has(name.normalize('NFC'))
      yield { root, path, realPath, name, type, directory, hasCollision, depth }
    }
    if (type !== 'directory' || depth >= maxDepth) continue
    if (!isAfter && !isWithin(path, after)) continue
    const inner = await holdIfThere(directory, name)
    if (inner === undefined) continue
    try {
      yield* walkLevel(root, { directory: inner, path, realPath, depth: depth + 1 }, options)
    } finally {
      await inner.close()
    }
  }
}

/** Whether an entry is told of: the patterns leave it, and it is not the trash unless that is walked. */
function isOffered(
  root: Root,
  level: Level,
  path: string,
  realPath: string,
  type: EntryType,
): boolean {
  if (path === trashFolder && level.path === '') return false
  const kind = type === 'directory' ? 'directory' : 'file'
  return root.isVisible(path, kind) && (realPath === path || root.isVisible(realPath, kind))
}

/** The names, in one form, that a folder has in several. */
function findCollisions(found: readonly DirectoryEntry[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const { name } of found) {
    const form = name.normalize('NFC')
    if (seen.has(form)) twice.add(form)
    seen.add(form)
  }
  return twice
}

async function holdIfThere(
  directory: OpenDirectory,
  name: string,
): Promise<OpenDirectory | undefined> {
  try {
    return await directory.open(name)
  } catch (thrown) {
    // Gone, replaced or closed to this process since it was listed.
    if (isSystemError(thrown, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM')) return undefined
    throw thrown
  }
}

/** What is known of an entry now; nothing where it is gone. */
export async function statWalked({ directory, name }: WalkedEntry): Promise<Stats | undefined> {
  try {
    return await lstat(directory.pathOf(name))
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT', 'ENOTDIR')) return undefined
    throw thrown
  }
}

/** The order of a walk: name by name. */
function comparePaths(one: string, other: string): number {
  const ones = one.split('/')
  const others = other.split('/')
  for (const [index, name] of ones.entries()) {
    const against = others[index]
    if (against === undefined) return 1
    if (name !== against) return name < against ? -1 : 1
  }
  return ones.length - others.length
}
