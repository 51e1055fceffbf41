import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'

import { createTimeSlice } from '@mcp/concurrency'
import type { DirectoryEntry, EntryType, OpenDirectory } from '@mcp/files'
import { isSystemError, isWithin, joinPath, readEntries, requireDirectory } from '@mcp/files'

import type { Bounds } from '../bounds.ts'
import type { Root } from '../roots/root.ts'
import type { RootEntry } from '../paths/root-entry.ts'
import { trashFolder } from '../paths/trash.ts'

/** An entry below a directory. Its `directory` is open only until the next entry is requested. */
export interface WalkedEntry {
  readonly root: Root
  /** Path relative to the root. Links in the path of the walked directory are not resolved. */
  readonly path: string
  /** Path relative to the root, with links resolved. */
  readonly realPath: string
  readonly name: string
  readonly type: EntryType
  readonly directory: OpenDirectory
  /** Whether the directory contains the same name in another Unicode form. */
  readonly hasCollision: boolean
  /** Level below the walked directory, starting at 1. */
  readonly depth: number
}

export interface WalkOptions {
  /** Maximum number of levels. Default: 64. */
  readonly depth?: number | undefined
  /** Path after which the walk continues. Default: from the start. */
  readonly after?: string | undefined
  /** Whether excluded entries are skipped. Default: true. */
  readonly onlyVisible?: boolean | undefined
  readonly bounds: Bounds
  readonly signal: AbortSignal
}

/** Maximum number of levels. The number is limited, because each level needs an open descriptor. */
export const maxWalkDepth = 64

interface Level {
  readonly directory: OpenDirectory
  readonly path: string
  readonly realPath: string
  readonly depth: number
}

/**
 * Yields the entries below a directory, in the order of their names. Yields links without following
 * them.
 */
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
  const found = await readEntries(directory, { maxEntries: options.bounds.maxDirectoryEntries })
  const collisions = findCollisions(found)
  const slice = createTimeSlice()
  for (const { name, type } of found) {
    signal.throwIfAborted()
    if (slice.isOver()) await slice.yield()
    const path = joinPath(level.path, name)
    const realPath = joinPath(level.realPath, name)
    if (onlyVisible && !isListed(root, level, path, realPath, type)) continue
    const isAfter = after === undefined || comparePaths(path, after) > 0
    if (isAfter) {
      const hasCollision = collisions.has(name.normalize('NFC'))
      yield { root, path, realPath, name, type, directory, hasCollision, depth }
    }
    if (type !== 'directory' || depth >= maxDepth) continue
    if (!isAfter && !isWithin(path, after)) continue
    const inner = await tryOpenDirectory(directory, name)
    if (inner === undefined) continue
    try {
      yield* walkLevel(root, { directory: inner, path, realPath, depth: depth + 1 }, options)
    } finally {
      await inner.close()
    }
  }
}

/** Returns whether an entry is visible. The trash is visible only if the walk starts in the trash. */
function isListed(
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

/** Returns, in NFC, the names that occur in several Unicode forms. */
function findCollisions(found: readonly DirectoryEntry[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const { name } of found) {
    const form = name.normalize('NFC')
    if (seen.has(form)) repeated.add(form)
    seen.add(form)
  }
  return repeated
}

async function tryOpenDirectory(
  directory: OpenDirectory,
  name: string,
): Promise<OpenDirectory | undefined> {
  try {
    return await directory.open(name)
  } catch (thrown) {
    // The directory was deleted, replaced or made inaccessible after it was listed.
    if (isSystemError(thrown, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM')) return undefined
    throw thrown
  }
}

/** Returns the current stats of an entry, or undefined if it was deleted. */
export async function statWalked({ directory, name }: WalkedEntry): Promise<Stats | undefined> {
  try {
    return await lstat(directory.pathOf(name))
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT', 'ENOTDIR')) return undefined
    throw thrown
  }
}

/** Compares paths name by name, in the order of a walk. */
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
