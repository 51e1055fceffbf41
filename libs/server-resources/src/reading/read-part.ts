import { createTimeSlice } from '@mcp/concurrency'
import { joinBytes } from '@mcp/http'

import type { OpenedResource } from '../providers/resource-provider.ts'

/** A contiguous part of a resource. */
export interface ResourcePart {
  readonly bytes: Uint8Array
  /** Offset of the first byte. */
  readonly start: number
  /** Whether the part ends early because of the limit. */
  readonly truncated: boolean
  /** The lines that were read, if lines were requested. */
  readonly lines?: LineRange
}

export interface LineRange {
  /** First line, starting at 1. */
  readonly start: number
  /** Last line, which is part of the range. */
  readonly end: number
}

export interface ReadLimit {
  readonly maxBytes: number
  readonly signal: AbortSignal
}

export interface ByteRange {
  readonly start: number
  /** The first byte after the range. Default: the end of the body. */
  readonly end?: number | undefined
}

type Body = NonNullable<OpenedResource['body']>

/** Reads a body up to the end of the range or the limit. The body must have been opened at `start`. */
export async function readBytes(
  body: Body,
  { start, end }: ByteRange,
  { maxBytes, signal }: ReadLimit,
): Promise<ResourcePart> {
  const length = end === undefined ? Infinity : end - start
  const collected = createCollector(maxBytes)
  const slice = createTimeSlice()
  for await (const chunk of body) {
    signal.throwIfAborted()
    const remaining = length - collected.length
    collected.add(remaining < chunk.length ? chunk.subarray(0, remaining) : chunk)
    if (collected.truncated || collected.length >= length) break
    if (slice.isOver()) await slice.yield()
  }
  return { bytes: collected.join(), start, truncated: collected.truncated }
}

const newline = 10

/** Reads lines of a whole body. Lines before the first requested line are not kept in memory. */
export async function readLines(
  body: Body,
  { start, end = Infinity }: { readonly start: number; readonly end?: number | undefined },
  { maxBytes, signal }: ReadLimit,
): Promise<ResourcePart> {
  const collected = createCollector(maxBytes)
  const slice = createTimeSlice()
  let line = 1
  let position = 0
  let firstByte: number | undefined

  /** Collects the requested lines of a chunk. Returns false when no more bytes are needed. */
  function collect(chunk: Uint8Array): boolean {
    let at = 0
    while (line < start) {
      const found = chunk.indexOf(newline, at)
      if (found < 0) return true
      at = found + 1
      line++
    }
    firstByte ??= position + at
    if (at === chunk.length) return true
    const from = at
    let isEnd = false
    while (at < chunk.length && !isEnd) {
      const found = chunk.indexOf(newline, at)
      at = found < 0 ? chunk.length : found + 1
      isEnd = found >= 0 && line++ >= end
    }
    collected.add(chunk.subarray(from, at))
    return !isEnd && !collected.truncated
  }

  for await (const chunk of body) {
    signal.throwIfAborted()
    const needsMore = collect(chunk)
    position += chunk.length
    if (!needsMore) break
    if (slice.isOver()) await slice.yield()
  }
  const bytes = collected.join()
  return {
    bytes,
    start: firstByte ?? position,
    truncated: collected.truncated,
    lines: { start, end: start - 1 + countLines(bytes) },
  }
}

/** Counts lines, including a last line without a line break. */
function countLines(bytes: Uint8Array): number {
  let count = 0
  for (let at = 0; at < bytes.length; count++) {
    const found = bytes.indexOf(newline, at)
    at = found < 0 ? bytes.length : found + 1
  }
  return count
}

function createCollector(maxBytes: number) {
  const pieces: Uint8Array[] = []
  let length = 0
  let truncated = false
  return {
    get length() {
      return length
    },
    /** Returns whether more than `maxBytes` bytes were added. */
    get truncated() {
      return truncated
    },
    add(bytes: Uint8Array) {
      const available = maxBytes - length
      if (bytes.length > available) truncated = true
      // The bytes are copied, because a chunk is valid only until the next chunk is requested.
      const piece = bytes.slice(0, available)
      if (piece.length > 0) pieces.push(piece)
      length += piece.length
    },
    join: () => joinBytes(pieces, length),
  }
}
