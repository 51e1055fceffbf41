import { joinBytes } from '@mcp/http'

import type { OpenedResource } from '../providers/resource-provider.ts'
import { takeTurn } from '../take-turn.ts'

/** Some bytes of a resource. */
export interface ResourcePart {
  readonly bytes: Uint8Array
  /** The first of them. */
  readonly start: number
  /** Whether the limit cut them off. */
  readonly truncated: boolean
  /** The lines they are, where lines were asked for. */
  readonly lines?: LineRange
}

export interface LineRange {
  /** The first line; 1 is the beginning. */
  readonly start: number
  /** The last line. */
  readonly end: number
}

export interface ReadLimit {
  readonly maxBytes: number
  readonly signal: AbortSignal
}

export interface ByteRange {
  readonly start: number
  readonly end?: number | undefined
}

type Body = NonNullable<OpenedResource['body']>

/** Reads the bytes of a body that was opened at `start`, up to the end of the range or the limit. */
export async function readBytes(
  body: Body,
  { start, end }: ByteRange,
  { maxBytes, signal }: ReadLimit,
): Promise<ResourcePart> {
  const wanted = end === undefined ? Infinity : end - start
  const collected = createCollector(maxBytes)
  const turn = takeTurn()
  for await (const chunk of body) {
    signal.throwIfAborted()
    const left = wanted - collected.length
    collected.add(left < chunk.length ? chunk.subarray(0, left) : chunk)
    if (collected.truncated || collected.length >= wanted) break
    if (turn.isOver()) await turn.next()
  }
  return { bytes: collected.join(), start, truncated: collected.truncated }
}

const newline = 10

/** Reads lines of a body that was opened at its beginning. What lies before them is not kept. */
export async function readLines(
  body: Body,
  { start, end = Infinity }: { readonly start: number; readonly end?: number | undefined },
  { maxBytes, signal }: ReadLimit,
): Promise<ResourcePart> {
  const collected = createCollector(maxBytes)
  const turn = takeTurn()
  let line = 1
  let position = 0
  let first: number | undefined

  /** Takes what the chunk has of the lines; false once there is nothing more to take. */
  function take(chunk: Uint8Array): boolean {
    let at = 0
    while (line < start) {
      const found = chunk.indexOf(newline, at)
      if (found < 0) return true
      at = found + 1
      line++
    }
    first ??= position + at
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
    const goesOn = take(chunk)
    position += chunk.length
    if (!goesOn) break
    if (turn.isOver()) await turn.next()
  }
  const bytes = collected.join()
  return {
    bytes,
    start: first ?? position,
    truncated: collected.truncated,
    lines: { start, end: start - 1 + countLines(bytes) },
  }
}

/** A last line without a line break counts. */
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
    /** Whether there was more than fits. */
    get truncated() {
      return truncated
    },
    add(bytes: Uint8Array) {
      const room = maxBytes - length
      if (bytes.length > room) truncated = true
      // Copied: a chunk is good only until the next.
      const kept = bytes.slice(0, room)
      if (kept.length > 0) pieces.push(kept)
      length += kept.length
    },
    join: () => joinBytes(pieces, length),
  }
}
