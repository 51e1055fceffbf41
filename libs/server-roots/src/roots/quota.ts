import { lstat, opendir } from 'node:fs/promises'
import { join, sep } from 'node:path'

import { isSystemError, isTemporaryName } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { Folder } from './folder.ts'
import type { Root } from './root.ts'

/** Room that was set aside for a change. Settle it with what the change came to. */
export interface Reservation {
  /** The change was made, and the files have so many bytes more. */
  settle(bytes: number): void
  /** The change was not made. */
  release(): void
}

/** Room that is asked for. */
export interface RoomRequest {
  readonly root: Root
  /** The folder on this machine that the bytes go to. */
  readonly place: string
  readonly bytes: number
  /** Where they come from, where they are moved: what holds both places holds no more than before. */
  readonly movedFrom?: string | undefined
  readonly signal: AbortSignal
}

/** Counts what folders with a quota hold. */
export interface Quotas {
  /**
   * Sets room aside in all folders with a quota that the place lies in.
   *
   * @throws McpError `payload-too-large`, reason `quota-exceeded`.
   */
  reserve(request: RoomRequest): Promise<Reservation>
  /** Takes note of bytes that went from a place, to another one where `movedTo` says so. */
  freed(place: string, bytes: number, movedTo?: string): void
  /** What a root holds, where it has a quota. */
  used(root: Root): Promise<number | undefined>
}

/** What one folder holds: counted once, then kept by what this process changes. */
interface Meter {
  readonly folder: string
  used: number
  reserved: number
  /** All that was ever settled on top, what went away not taken off. */
  added: number
  /** When it was counted; changes by others show with the next count. */
  countedAt: number
  counting: Promise<void> | undefined
}

interface Limit {
  /** The root whose quota it is; not always the one that is written to. */
  readonly name: string
  readonly meter: Meter
  readonly bytes: number
}

// So old a count is not relied on.
const staleMs = 30_000

// Sessions choose the folders of roots with a quota, and come and go.
const maxMeters = 256

/** Counts for the operator's folders; `now` is the clock, in milliseconds. */
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
    // The one used last is the last, so the first is the one to forget: it can be counted again.
    meters.delete(folder)
    meters.set(folder, meter)
    if (meters.size > maxMeters) forgetOne()
    return meter
  }

  function forgetOne(): void {
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
    // What was written while counting may be counted or not: to be sure, it is taken as not. What this
    // counts twice, the next count puts right.
    meter.used = bytes + meter.added - addedBefore
    meter.countedAt = startedAt
  }

  /** Counts anew, together with whoever else wants that now. */
  function recount(meter: Meter): Promise<void> {
    meter.counting ??= count(meter).finally(() => {
      meter.counting = undefined
    })
    return meter.counting
  }

  async function refresh(meter: Meter): Promise<void> {
    if (now() - meter.countedAt >= staleMs) await recount(meter)
  }

  /** The operator's folders with a quota that hold a place, and the session's root if it has one. */
  async function limitsOf(root: Root, place: string): Promise<Limit[]> {
    const limits: Limit[] = []
    for (const { name, quotaBytes, files } of folders) {
      if (quotaBytes === undefined) continue
      // One that cannot be opened holds nothing that could be.
      const realPath = await files.locate().then(
        (found) => found.realPath,
        () => undefined,
      )
      if (realPath !== undefined && isIn(realPath, place)) {
        limits.push({ name, meter: meterOf(realPath), bytes: quotaBytes })
      }
    }
    if (root.quotaBytes !== undefined) {
      const meter = meterOf((await root.files.locate()).realPath)
      limits.push({ name: root.name, meter, bytes: root.quotaBytes })
    }
    return limits
  }

  /** Every folder that is counted and holds the place: another root may have it as well. */
  function metersAround(place: string): Meter[] {
    return Array.from(meters.values()).filter((meter) => holds(meter, place))
  }

  return {
    async reserve({ root, place, bytes, movedFrom, signal }) {
      const limits = (await limitsOf(root, place)).filter(({ meter }) => !holds(meter, movedFrom))
      for (const { meter } of limits) await refresh(meter)
      const tooFull = () => limits.find((limit) => !hasRoom(limit, bytes))
      // The count may be behind what others deleted. Twice: one under way may have begun too early.
      for (let tries = 0; tries < 2 && tooFull() !== undefined; tries++) {
        signal.throwIfAborted()
        for (const { meter } of limits) await recount(meter)
      }
      const full = tooFull()
      if (full !== undefined) throw quotaExceeded(full, bytes)

      // From the check to here nothing else ran, so two can never be given the same room.
      const around = metersAround(place).filter((meter) => !holds(meter, movedFrom))
      const taken = new Set([...around, ...limits.map(({ meter }) => meter)])
      const room = Math.max(0, bytes)
      for (const meter of taken) meter.reserved += room
      let isOpen = true
      const end = (settled: number): void => {
        if (!isOpen) return
        isOpen = false
        for (const meter of taken) {
          meter.reserved -= room
          meter.added += Math.max(0, settled)
          meter.used = Math.max(0, meter.used + settled)
        }
      }
      return { settle: end, release: () => end(0) }
    },
    freed(place, bytes, movedTo) {
      for (const meter of metersAround(place)) {
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

function holds({ folder }: Meter, place: string | undefined): boolean {
  return place !== undefined && isIn(folder, place)
}

function isIn(folder: string, place: string): boolean {
  return place === folder || place.startsWith(folder + sep)
}

function hasRoom({ meter, bytes: limit }: Limit, bytes: number): boolean {
  return bytes <= 0 || meter.used + meter.reserved + bytes <= limit
}

/** The bytes of all files below a folder, links not followed. */
async function countBytes(folder: string): Promise<number> {
  let bytes = 0
  const waiting = [folder]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    try {
      const directory = await opendir(path, { bufferSize: 256 })
      for await (const entry of directory) {
        // What is being written has its room set aside.
        if (isTemporaryName(entry.name)) continue
        const child = join(path, entry.name)
        if (entry.isDirectory()) waiting.push(child)
        else if (entry.isFile()) bytes += await sizeOf(child)
      }
    } catch (thrown) {
      // Gone meanwhile, or closed to this process, which then cannot write there either.
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
    `The root "${name}" may hold ${limit} bytes and holds ${used}: there is no room for ${bytes} more.`,
    { details: { reason: 'quota-exceeded', quotaBytes: limit, usedBytes: used, bytes } },
  )
}
