import { lstat, rmdir, unlink } from 'node:fs/promises'

import type { OpenDirectory } from '@mcp/files'
import { joinPath, readEntries } from '@mcp/files'

import type { Bounds } from '../bounds.ts'
import type { Root } from '../roots/root.ts'
import { requireVisible } from '../roots/root.ts'

export interface RemoveOptions {
  readonly root: Root
  readonly bounds: Bounds
  readonly signal: AbortSignal
  /** Called after each deletion with the size of the file, or 0 for another entry. */
  readonly onRemoved: (bytes: number) => void
}

/** Deletes a directory with everything in it. Links are deleted, never their targets. */
export async function removeTree(
  parent: OpenDirectory,
  name: string,
  path: string,
  options: RemoveOptions,
): Promise<void> {
  const { root, bounds, signal, onRemoved } = options
  const directory = await parent.open(name)
  try {
    for (const entry of await readEntries(directory, {
      maxEntries: bounds.maxDirectoryEntries,
      withTemporary: true,
    })) {
      signal.throwIfAborted()
      const inner = joinPath(path, entry.name)
      requireVisible(root, inner, entry.type === 'directory' ? 'directory' : 'file')
      if (entry.type === 'directory') await removeTree(directory, entry.name, inner, options)
      else await removeFile(directory, entry.name, options)
    }
  } finally {
    await directory.close()
  }
  await rmdir(parent.pathOf(name))
  onRemoved(0)
}

/** Deletes a file or link. */
export async function removeFile(
  directory: OpenDirectory,
  name: string,
  { onRemoved }: Pick<RemoveOptions, 'onRemoved'>,
): Promise<void> {
  const stats = await lstat(directory.pathOf(name))
  await unlink(directory.pathOf(name))
  onRemoved(stats.isFile() ? stats.size : 0)
}
