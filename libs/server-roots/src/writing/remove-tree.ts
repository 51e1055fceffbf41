import { lstat, rmdir, unlink } from 'node:fs/promises'

import type { Bounds } from '../bounds.ts'
import { readEntries } from '../directories/directory-entries.ts'
import type { HeldDirectory } from '../paths/held-directory.ts'
import { joinPath } from '../paths/relative-path.ts'
import type { Root } from '../roots/root.ts'
import { requireVisible } from '../roots/root.ts'

export interface RemoveOptions {
  readonly root: Root
  readonly bounds: Bounds
  readonly signal: AbortSignal
  /** Told of each entry that is gone, with its size. */
  readonly onRemoved: (bytes: number) => void
}

/** Removes a folder with all in it; links are removed themselves, and nothing behind them. */
export async function removeTree(
  parent: HeldDirectory,
  name: string,
  path: string,
  options: RemoveOptions,
): Promise<void> {
  const { root, bounds, signal, onRemoved } = options
  const directory = await parent.hold(name)
  try {
    for (const entry of await readEntries(directory, bounds, { withTemporary: true })) {
      signal.throwIfAborted()
      const inner = joinPath(path, entry.name)
      requireVisible(root, inner, entry.type === 'directory' ? 'directory' : 'file')
      if (entry.type === 'directory') await removeTree(directory, entry.name, inner, options)
      else await removeFile(directory, entry.name, options)
    }
  } finally {
    await directory.close()
  }
  await rmdir(parent.at(name))
  onRemoved(0)
}

/** Removes a file or link. */
export async function removeFile(
  directory: HeldDirectory,
  name: string,
  { onRemoved }: Pick<RemoveOptions, 'onRemoved'>,
): Promise<void> {
  const stats = await lstat(directory.at(name))
  await unlink(directory.at(name))
  onRemoved(stats.isFile() ? stats.size : 0)
}
