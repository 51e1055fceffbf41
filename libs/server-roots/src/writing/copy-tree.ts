import { mkdir } from 'node:fs/promises'

import type { OpenDirectory } from '@mcp/files'
import { fileChunks, joinPath, readEntries, withFile, writeFileAtomically } from '@mcp/files'

import type { Bounds } from '../bounds.ts'
import type { Quotas } from '../roots/quota.ts'
import type { Root } from '../roots/root.ts'
import { requireVisible } from '../roots/root.ts'
import type { InnerEntry } from '../paths/root-entry.ts'
import { innerEntry } from '../paths/root-entry.ts'

/** Source or destination of a copy. */
export type CopyEnd = InnerEntry

export interface CopyOptions {
  readonly quotas: Quotas
  readonly bounds: Bounds
  readonly signal: AbortSignal
}

/** Totals of a copy. */
export interface Copied {
  files: number
  bytes: number
  /** Number of entries that are not copied, such as links and devices. */
  skipped: number
}

/**
 * Copies a regular file. Counts the bytes that were copied, because the file may shrink during the copy.
 */
export async function copyFile(
  from: CopyEnd,
  to: CopyEnd,
  { quotas, signal }: CopyOptions,
  copied: Copied,
): Promise<void> {
  await withFile(from, async ({ handle, stats }) => {
    const { size } = stats
    const before = to.stats?.size ?? 0
    const reservation = await quotas.reserve({
      root: to.root,
      location: to.directory.realPath,
      bytes: size - before,
      signal,
    })
    let bytes = 0
    try {
      await writeFileAtomically(
        to,
        async (target) => {
          // Space is reserved for the size of the file when it was opened. Bytes beyond it are not copied.
          for await (const chunk of fileChunks(handle, { end: size, signal })) {
            await target.writeFile(chunk.bytes)
            bytes += chunk.bytes.length
          }
          if (to.stats === undefined) await target.chmod(stats.mode & 0o777)
        },
        { replaces: to.stats },
      )
      reservation.settle(bytes - before)
    } finally {
      reservation.release()
    }
    copied.files++
    copied.bytes += bytes
  })
}

/**
 * Copies a directory with its files and directories. Links and devices are skipped and counted. The
 * destination must not exist.
 *
 * @throws McpError `forbidden` if an excluded entry is in the directory.
 */
export async function copyTree(
  from: CopyEnd,
  to: CopyEnd,
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
  readonly from: CopyEnd
  readonly to: CopyEnd
  readonly source: OpenDirectory
  readonly target: OpenDirectory
}

async function copyEntries(ends: Ends, options: CopyOptions, copied: Copied): Promise<void> {
  const { from, to, source, target } = ends
  for (const { name, type } of await readEntries(source, {
    maxEntries: options.bounds.maxDirectoryEntries,
  })) {
    options.signal.throwIfAborted()
    if (type !== 'file' && type !== 'directory') {
      copied.skipped++
      continue
    }
    const inner = await endIn(from.root, from.path, source, name, type)
    const outer = await endIn(to.root, to.path, target, name, type)
    if (type === 'file') await copyFile(inner, outer, options, copied)
    else await copyTree(inner, outer, options, copied)
  }
}

async function endIn(
  root: Root,
  folder: string,
  directory: OpenDirectory,
  name: string,
  type: 'file' | 'directory',
): Promise<CopyEnd> {
  const path = joinPath(folder, name)
  requireVisible(root, path, type)
  return innerEntry({ root, path, directory, name })
}
