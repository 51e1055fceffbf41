import { mkdir } from 'node:fs/promises'

import type { OpenDirectory } from '@mcp/files'
import {
  fileChunks,
  joinPath,
  lstatEntry,
  readEntries,
  withFile,
  writeFileAtomically,
} from '@mcp/files'

import type { Bounds } from '../bounds.ts'
import type { Quotas } from '../roots/quota.ts'
import type { Root } from '../roots/root.ts'
import { requireVisible } from '../roots/root.ts'
import type { InnerEntry } from '../paths/root-entry.ts'
import { innerEntry } from '../paths/root-entry.ts'

/** One end of a copy: an entry in a folder that is held. */
export type CopyPlace = InnerEntry

export interface CopyOptions {
  readonly quotas: Quotas
  readonly bounds: Bounds
  readonly signal: AbortSignal
}

/** What a copy came to. */
export interface Copied {
  files: number
  bytes: number
  /** Links, devices and the like, which are not copied. */
  skipped: number
}

/** Copies one regular file. Its size may change meanwhile; what is counted is what is copied. */
export async function copyFile(
  from: CopyPlace,
  to: CopyPlace,
  { quotas, signal }: CopyOptions,
  copied: Copied,
): Promise<void> {
  await withFile(from, async ({ handle, stats }) => {
    const { size } = stats
    const before = to.stats?.size ?? 0
    const room = await quotas.reserve({
      root: to.root,
      place: to.directory.realPath,
      bytes: size - before,
      signal,
    })
    let bytes = 0
    try {
      await writeFileAtomically(
        to,
        async (target) => {
          // No further than its size when it was opened: there is no room set aside for more.
          for await (const chunk of fileChunks(handle, { end: size, signal })) {
            await target.writeFile(chunk.bytes)
            bytes += chunk.bytes.length
          }
          if (to.stats === undefined) await target.chmod(stats.mode & 0o777)
        },
        { replaces: to.stats },
      )
      room.settle(bytes - before)
    } finally {
      room.release()
    }
    copied.files++
    copied.bytes += bytes
  })
}

/** Copies a folder with all in it to a place where nothing is. */
export async function copyTree(
  from: CopyPlace,
  to: CopyPlace,
  options: CopyOptions,
  copied: Copied,
): Promise<void> {
  await mkdir(to.directory.pathOf(to.name), 0o777)
  const source = await from.directory.open(from.name)
  try {
    const target = await to.directory.open(to.name)
    try {
      await copyEntries({ from, to, source, target }, options, copied)
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

interface Ends {
  readonly from: CopyPlace
  readonly to: CopyPlace
  readonly source: OpenDirectory
  readonly target: OpenDirectory
}

async function copyEntries(ends: Ends, options: CopyOptions, copied: Copied): Promise<void> {
  const { from, to, source, target } = ends
  for (const { name, type } of await readEntries(source, {
    maxEntries: options.bounds.directoryEntries,
  })) {
    options.signal.throwIfAborted()
    if (type !== 'file' && type !== 'directory') {
      copied.skipped++
      continue
    }
    const inner = await placeIn(from.root, from.path, source, name, type)
    const outer = await placeIn(to.root, to.path, target, name, type)
    if (type === 'file') await copyFile(inner, outer, options, copied)
    else await copyTree(inner, outer, options, copied)
  }
}

async function placeIn(
  root: Root,
  folder: string,
  directory: OpenDirectory,
  name: string,
  type: 'file' | 'directory',
): Promise<CopyPlace> {
  const path = joinPath(folder, name)
  requireVisible(root, path, type)
  return innerEntry({ root, path, directory, name })
}
