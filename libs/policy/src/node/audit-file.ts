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
}

const dayMs = 86_400_000
// Longer than a line, because arguments are shortened, unless redacted arguments have very many keys.
const tailBytes = 64 * 1024

/**
 * Creates an audit log in a file. Each line contains the hash of the previous line, also across files, so
 * that a removed or changed line can be found. The file belongs to one process.
 */
export function createAuditFile(options: AuditFileOptions): AuditSink {
  const { path, maxBytes = 64 * 1024 * 1024, maxAgeMs = dayMs, keepMs = 0 } = options
  const { clock = systemClock } = options
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let file = openLog(path, clock.now())
  let previous = file.lastHash

  function openOrRestore(earlier: string, now: number): OpenLog {
    try {
      return openLog(path, now)
    } catch (error) {
      renameSync(earlier, path)
      throw error
    }
  }

  /** Starts a new file. If that fails, throws, and the current file remains open for the next attempt. */
  function rotate(now: number): void {
    const stamp = new Date(now).toISOString().replaceAll(/[-:.]/g, '')
    const earlier = `${path}.${stamp}`
    renameSync(path, earlier)
    const next = openOrRestore(earlier, now)
    closeSync(file.descriptor)
    file = next
    if (keepMs > 0) removeOldFiles(path, now - keepMs)
  }

  return {
    write(json) {
      const now = clock.now()
      const isDue = file.size >= maxBytes || (file.size > 0 && now - file.openedAt >= maxAgeMs)
      if (isDue) rotate(now)
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
  readonly lastHash: string
  size: number
}

/** Opens a log for appending. Removes a last line that was cut off, because the line was never complete. */
function openLog(path: string, now: number): OpenLog {
  const descriptor = openSync(path, 'a+', 0o600)
  const { size, birthtimeMs } = fstatSync(descriptor)
  if (size === 0) {
    return { descriptor, openedAt: now, lastHash: lastHashBefore(path), size }
  }
  const tail = Buffer.alloc(Math.min(size, tailBytes))
  readSync(descriptor, tail, 0, tail.byteLength, size - tail.byteLength)
  const end = tail.lastIndexOf(0x0a) + 1
  const complete = size - (tail.byteLength - end)
  if (complete < size) ftruncateSync(descriptor, complete)
  const lastLine = tail.subarray(0, end).toString('utf8').trimEnd().split('\n').at(-1) ?? ''
  const lastHash = readChainedLine(lastLine)?.hash ?? chainStart
  return { descriptor, openedAt: Math.min(birthtimeMs || now, now), lastHash, size: complete }
}

/** Returns the hash of the last line of the file before this one, or the start of a chain. */
function lastHashBefore(path: string): string {
  const latest = earlierFiles(path).at(-1)
  if (latest === undefined) return chainStart
  const descriptor = openSync(latest, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const tail = Buffer.alloc(Math.min(size, tailBytes))
    readSync(descriptor, tail, 0, tail.byteLength, size - tail.byteLength)
    const line = tail.toString('utf8').trimEnd().split('\n').at(-1) ?? ''
    return readChainedLine(line)?.hash ?? chainStart
  } finally {
    closeSync(descriptor)
  }
}

/** Returns the paths of the earlier files of a log, oldest first. */
export function earlierFiles(path: string): string[] {
  const [folder, prefix] = [dirname(path), `${basename(path)}.`]
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /\.\d{8}T\d{9}Z$/.test(name))
    .toSorted()
    .map((name) => join(folder, name))
}

function removeOldFiles(path: string, before: number): void {
  for (const file of earlierFiles(path)) {
    const [, stamp = ''] = /\.(\d{8}T\d{9}Z)$/.exec(file) ?? []
    const iso = stamp.replace(
      /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z$/,
      '$1-$2-$3T$4:$5:$6.$7Z',
    )
    if (Date.parse(iso) < before) rmSync(file, { force: true })
  }
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
