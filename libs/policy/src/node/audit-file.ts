import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import type { AuditSink } from '../audit/create-audit.ts'
import { chainLine, chainStart, readChainedLine } from './hash-chain.ts'

export interface AuditFileOptions {
  readonly path: string
  /** Size at which a new file is started, in bytes. Default: 64 MiB. */
  readonly maxBytes?: number | undefined
  /** Age at which a new file is started, in milliseconds. Default: one day. */
  readonly maxAgeMs?: number | undefined
  /**
   * Time after its replacement at which an earlier file is deleted, in milliseconds; 0 for never. The files are
   * checked when a new file is started. Default: never.
   */
  readonly keepMs?: number | undefined
  readonly clock?: Clock | undefined
  /** Receives one line if the next file cannot be started, or earlier files cannot be deleted. */
  readonly onWarning?: ((message: string) => void) | undefined
}

const dayMs = 86_400_000
const retryMs = 60_000
const tailBytes = 64 * 1024

/**
 * Creates an audit log in a file. Each line contains the hash of the previous line, also across files, so
 * that a removed or changed line can be found. The file belongs to one process. If the next file cannot be
 * started, the current one continues, and the next attempt is made after a minute.
 */
export function createAuditFile(options: AuditFileOptions): AuditSink {
  const { path, maxBytes = 64 * 1024 * 1024, maxAgeMs = dayMs, keepMs = 0 } = options
  const { clock = systemClock, onWarning } = options
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let file = openLog(path, clock.now())
  let previous = (file.size === 0 ? lastHashBefore(path) : file.lastHash) ?? chainStart
  let failedAt: number | undefined

  function rotateIfDue(now: number): void {
    const isDue = file.size >= maxBytes || (file.size > 0 && now - file.openedAt >= maxAgeMs)
    if (!isDue || (failedAt !== undefined && Math.abs(now - failedAt) < retryMs)) return
    try {
      const next = startNext(path, now)
      const { descriptor } = file
      file = next
      failedAt = undefined
      closeSync(descriptor)
    } catch (error) {
      if (failedAt === undefined) {
        onWarning?.(
          `cannot start the next audit file, so the current one continues: ${reasonOf(error)}`,
        )
      }
      failedAt = now
      return
    }
    try {
      if (keepMs > 0) removeOldFiles(path, now - keepMs)
    } catch (error) {
      onWarning?.(`cannot delete earlier audit files: ${reasonOf(error)}`)
    }
  }

  return {
    write(json) {
      rotateIfDue(clock.now())
      const { line, hash } = chainLine(json, previous)
      const bytes = Buffer.from(`${line}\n`)
      writeWhole(file.descriptor, bytes, file.size)
      file.size += bytes.byteLength
      previous = hash
    },
    close: () => closeSync(file.descriptor),
  }
}

interface OpenLog {
  readonly descriptor: number
  readonly openedAt: number
  /** Undefined if the file has no complete line. */
  readonly lastHash: string | undefined
  size: number
}

/** Renames the current file, and opens a new one. If that fails, restores the name, and throws. */
function startNext(path: string, now: number): OpenLog {
  const earlier = nextEarlierFile(path, now)
  let isRenamed = true
  try {
    renameSync(path, earlier)
  } catch (error) {
    // Another program has moved the file, or its name could not be restored.
    if (!isMissing(error)) throw error
    isRenamed = false
  }
  try {
    return openLog(path, now)
  } catch (error) {
    if (isRenamed) renameSync(earlier, path)
    throw error
  }
}

/** Opens a log for appending. Removes a last line that was cut off, because the line was never complete. */
function openLog(path: string, now: number): OpenLog {
  const descriptor = openSync(path, 'a+', 0o600)
  try {
    const { size, birthtimeMs } = fstatSync(descriptor)
    const complete = endOfLastLine(descriptor, size)
    if (complete < size) ftruncateSync(descriptor, complete)
    const openedAt = complete === 0 ? now : Math.min(birthtimeMs || now, now)
    return { descriptor, openedAt, lastHash: hashBefore(descriptor, complete), size: complete }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** Returns the position after the last line feed before `size`, or 0. */
function endOfLastLine(descriptor: number, size: number): number {
  for (let end = size; end > 0; end -= tailBytes) {
    const at = readBefore(descriptor, end).lastIndexOf(0x0a)
    if (at !== -1) return Math.max(0, end - tailBytes) + at + 1
  }
  return 0
}

/** Returns the hash of the line that ends at a position. The hash is at the end of its line. */
function hashBefore(descriptor: number, end: number): string | undefined {
  const lines = readBefore(descriptor, end).toString('utf8').trimEnd().split('\n')
  return readChainedLine(lines.at(-1) ?? '')?.hash
}

function readBefore(descriptor: number, end: number): Buffer {
  const bytes = Buffer.alloc(Math.min(end, tailBytes))
  readSync(descriptor, bytes, 0, bytes.byteLength, end - bytes.byteLength)
  return bytes
}

/** Returns the hash of the last line of the files before the current one, or the start of a chain. */
function lastHashBefore(path: string): string {
  for (const earlier of earlierFiles(path).toReversed()) {
    const descriptor = openSync(earlier, 'r')
    try {
      const end = endOfLastLine(descriptor, fstatSync(descriptor).size)
      if (end > 0) return hashBefore(descriptor, end) ?? chainStart
    } finally {
      closeSync(descriptor)
    }
  }
  return chainStart
}

/** Returns a path that is later than all earlier files, even if the clock was set back. */
function nextEarlierFile(path: string, now: number): string {
  const latest = earlierFiles(path).at(-1)
  const time = Math.max(now, latest === undefined ? 0 : (timeOf(latest) ?? 0) + 1)
  return `${path}.${new Date(time).toISOString().replaceAll(/[-:.]/g, '')}`
}

/** Returns the paths of the earlier files of a log, oldest first. */
export function earlierFiles(path: string): string[] {
  const [folder, prefix] = [dirname(path), `${basename(path)}.`]
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && timeOf(name) !== undefined)
    .toSorted()
    .map((name) => join(folder, name))
}

function removeOldFiles(path: string, before: number): void {
  for (const file of earlierFiles(path)) {
    const time = timeOf(file)
    if (time !== undefined && time < before) rmSync(file, { force: true })
  }
}

/** Returns the time in the name of an earlier file, or undefined if the file is not part of a log. */
function timeOf(file: string): number | undefined {
  const [, date, hours, minutes, seconds, fraction] =
    /\.(\d{8})T(\d{2})(\d{2})(\d{2})(\d{3})Z$/.exec(file) ?? []
  const day = date?.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
  const time = Date.parse(`${day}T${hours}:${minutes}:${seconds}.${fraction}Z`)
  return Number.isNaN(time) ? undefined : time
}

/** Writes all bytes. If that fails, such as on a full disk, removes the part that was written and throws. */
function writeWhole(descriptor: number, bytes: Uint8Array, size: number): void {
  let written = 0
  try {
    while (written < bytes.byteLength) {
      written += writeSync(descriptor, bytes, written, bytes.byteLength - written)
    }
  } catch (error) {
    if (written > 0) ftruncateSync(descriptor, size)
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
