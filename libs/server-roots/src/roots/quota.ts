import { lstat, opendir } from 'node:fs/promises'
import { join, sep } from 'node:path'

import { isSystemError, isTemporaryName } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { Folder } from './folder.ts'
import type { Root } from './root.ts'

/** Space reserved for a change. Call `settle` or `release` after the change. */
export interface Reservation {
  /** Records that the change was made and that it added `bytes` bytes. */
  settle(bytes: number): void
  /** Records that the change was not made. Has no effect after `settle`. */
  release(): void
}

/** A request for space. */
export interface SpaceRequest {
  readonly root: Root
  /** Directory on this machine that receives the bytes. */
  readonly location: string
  readonly bytes: number
  /**
   * Source directory of a move. If a folder contains both the source and the destination, its usage does
   * not change.
   */
  readonly movedFrom?: string | undefined
  readonly signal: AbortSignal
}

/** Tracks the disk usage of folders with a quota. */
export interface Quotas {
  /**
   * Reserves space in all folders with a quota that contain the directory.
   *
   * @throws McpError `payload-too-large`, reason `quota-exceeded`.
   */
  reserve(request: SpaceRequest): Promise<Reservation>
  /** Records bytes that were deleted from a directory, or moved from it to the directory `movedTo`. */
  freed(location: string, bytes: number, movedTo?: string): void
  /**
   * Returns the disk usage of the root whose quota applies: the root itself, or a root that contains
   * it. Returns undefined if there is no quota.
   */
  used(root: Root): Promise<number | undefined>
}

/**
 * Disk usage of a folder. The files are counted, and changes of this process are added until the next
 * count.
 */
interface Meter {
  readonly folder: string
  used: number
  reserved: number
  /** Total of all settled bytes. Deletions are not deducted. */
  added: number
  /** Start time of the last count. The next count includes later changes of other processes. */
  countedAt: number
  counting: Promise<void> | undefined
}

interface Limit {
  /** Name of the root with the quota: the root of the request, or a root that contains that root. */
  readonly name: string
  readonly meter: Meter
  readonly bytes: number
}

// Maximum age of a count. An older count is repeated before use.
const staleMs = 30_000

// The number of meters is limited, because sessions can set a quota on any number of folders.
const maxMeters = 256

/** Creates the quotas of the operator's folders. `now` returns the time in milliseconds. */
// This is a single function, because all parts share the meters.
// oxlint-disable-next-line max-lines-per-function
export function createQuotas(folders: readonly Folder[], now: () => number): Quotas {
  const meters = new Map<string, Meter>()

  function meterOf(folder: string): Meter {
    const meter = meters.get(folder) ?? {
      folder,
      used: 0,
      reserved: 0,
      added: 0,
      countedAt: -Infinity,
      counting: undefined,
    }
    // The meter is moved to the end, so that the first meter is the least recently used. The usage
    // of an evicted meter is counted again.
    meters.delete(folder)
    meters.set(folder, meter)
    if (meters.size > maxMeters) evictOne()
    return meter
  }

  function evictOne(): void {
    for (const [folder, { reserved, counting }] of meters) {
      if (reserved > 0 || counting !== undefined) continue
      meters.delete(folder)
      return
    }
  }

  async function count(meter: Meter): Promise<void> {
    const addedBefore = meter.added
    const startedAt = now()
    const bytes = await countBytes(meter.folder)
    // The count may or may not include bytes that were written during it, so all of them are added.
    // The next count corrects bytes that were counted twice.
    meter.used = bytes + meter.added - addedBefore
    meter.countedAt = startedAt
  }

  /** Counts the usage again. Concurrent callers share one count. */
  function recount(meter: Meter): Promise<void> {
    meter.counting ??= count(meter).finally(() => {
      meter.counting = undefined
    })
    return meter.counting
  }

  async function refresh(meter: Meter): Promise<void> {
    if (now() - meter.countedAt >= staleMs) await recount(meter)
  }

  /**
   * Returns the quotas of the operator's folders that contain the directory, and the quota that the
   * session set on the root.
   */
  async function limitsOf(root: Root, location: string): Promise<Limit[]> {
    const limits: Limit[] = []
    for (const { name, quotaBytes, files } of folders) {
      if (quotaBytes === undefined) continue
      // A folder that cannot be opened does not contain the directory.
      const realPath = await files.locate().then(
        (found) => found.realPath,
        () => undefined,
      )
      if (realPath !== undefined && contains(realPath, location)) {
        limits.push({ name, meter: meterOf(realPath), bytes: quotaBytes })
      }
    }
    if (root.quotaBytes !== undefined) {
      const meter = meterOf((await root.files.locate()).realPath)
      limits.push({ name: root.name, meter, bytes: root.quotaBytes })
    }
    return limits
  }

  /** Returns the meters of all folders that contain the directory. */
  function metersAround(location: string): Meter[] {
    return Array.from(meters.values()).filter((meter) => holds(meter, location))
  }

  return {
    async reserve({ root, location, bytes, movedFrom, signal }) {
      const limits = (await limitsOf(root, location)).filter(
        ({ meter }) => !holds(meter, movedFrom),
      )
      for (const { meter } of limits) await refresh(meter)
      const tooFull = () => limits.find((limit) => !hasRoom(limit, bytes))
      // Other processes may have deleted files since the last count. The count is repeated up to twice,
      // because the first repetition may share a running count that started before the deletion.
      for (let attempts = 0; attempts < 2 && tooFull() !== undefined; attempts++) {
        signal.throwIfAborted()
        for (const { meter } of limits) await recount(meter)
      }
      const full = tooFull()
      if (full !== undefined) throw quotaExceeded(full, bytes)

      // There is no await after the check, so two requests cannot reserve the same space.
      const around = metersAround(location).filter((meter) => !holds(meter, movedFrom))
      const taken = new Set([...around, ...limits.map(({ meter }) => meter)])
      const reserved = Math.max(0, bytes)
      for (const meter of taken) meter.reserved += reserved
      let isOpen = true
      const end = (settled: number): void => {
        if (!isOpen) return
        isOpen = false
        for (const meter of taken) {
          meter.reserved -= reserved
          meter.added += Math.max(0, settled)
          meter.used = Math.max(0, meter.used + settled)
        }
      }
      return { settle: end, release: () => end(0) }
    },
    freed(location, bytes, movedTo) {
      for (const meter of metersAround(location)) {
        if (!holds(meter, movedTo)) meter.used = Math.max(0, meter.used - bytes)
      }
    },
    async used(root) {
      if (root.quotaBytes === undefined && root.folder.quotaBytes === undefined) return undefined
      const { files } = root.quotaBytes === undefined ? root.folder : root
      const meter = meterOf((await files.locate()).realPath)
      await refresh(meter)
      return meter.used
    },
  }
}

function holds({ folder }: Meter, location: string | undefined): boolean {
  return location !== undefined && contains(folder, location)
}

function contains(folder: string, location: string): boolean {
  return location === folder || location.startsWith(folder + sep)
}

function hasRoom({ meter, bytes: limit }: Limit, bytes: number): boolean {
  return bytes <= 0 || meter.used + meter.reserved + bytes <= limit
}

/** Returns the total size of all files below a folder, without following links. */
async function countBytes(folder: string): Promise<number> {
  let bytes = 0
  const waiting = [folder]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    try {
      const directory = await opendir(path, { bufferSize: 256 })
      for await (const entry of directory) {
        // Files that are still being written are not counted, because their space is reserved.
        if (isTemporaryName(entry.name)) continue
        const child = join(path, entry.name)
        if (entry.isDirectory()) waiting.push(child)
        else if (entry.isFile()) bytes += await sizeOf(child)
      }
    } catch (thrown) {
      // A folder that was deleted meanwhile, or that this process may not read, is not counted.
      if (!isSystemError(thrown, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) throw thrown
    }
  }
  return bytes
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await lstat(path)).size
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return 0
    throw thrown
  }
}

function quotaExceeded({ name, meter, bytes: limit }: Limit, bytes: number): McpError {
  const used = meter.used + meter.reserved
  return new McpError(
    'payload-too-large',
    `The quota of the root "${name}" is exceeded: ${used} of ${limit} bytes are in use, and ${bytes} more are needed.`,
    { details: { reason: 'quota-exceeded', quotaBytes: limit, usedBytes: used, bytes } },
  )
}
