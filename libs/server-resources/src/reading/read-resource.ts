import { invalidParam } from '@mcp/server'

import { noResource } from '../providers/resource-not-found.ts'
import type { ResolvedResource } from '../providers/provider-registry.ts'
import type { ByteRange } from './read-part.ts'
import { readBytes, readLines } from './read-part.ts'
import { factsOf } from '../providers/resource-entry.ts'
import type { ContentEncoding } from './encode-content.ts'
import { writeContent } from './encode-content.ts'

export interface ReadOptions {
  readonly range?: ByteRange | undefined
  readonly lines?: { readonly start: number; readonly end?: number | undefined } | undefined
  readonly encoding: ContentEncoding
  readonly maxBytes: number
  readonly ifNoneMatch?: string | undefined
  readonly signal: AbortSignal
}

/**
 * Reads a resource or a part of it. Never more than `maxBytes` are kept, however far in they lie.
 *
 * @throws McpError `not-found` where nothing is there.
 */
export async function readResource({ uri, provider }: ResolvedResource, options: ReadOptions) {
  const { range, lines, encoding, maxBytes, ifNoneMatch, signal } = options
  checkOrder('range', range, false)
  checkOrder('lines', lines, true)
  if (range !== undefined && lines !== undefined) {
    throw invalidParam('lines', 'range and lines were both given; ask for one of them')
  }
  const start = range?.start ?? 0
  // One byte more than fits tells whether something was left out.
  const end =
    lines === undefined ? Math.min(range?.end ?? Infinity, start + maxBytes + 1) : undefined
  const opened = await provider.open(uri, { start, end, ifNoneMatch, signal })
  if (opened === undefined) throw noResource(uri)
  const { info, body } = opened
  if (body === undefined) return { ...factsOf(info), notModified: true }

  const limit = { maxBytes, signal }
  const read =
    lines === undefined
      ? await readBytes(body, { start, end: range?.end }, limit)
      : await readLines(body, lines, limit)
  const { mimeType } = info
  const isCut = read.truncated || range?.end !== undefined
  const content = writeContent({ ...read, uri, mimeType, encoding, isCut })
  const { start: from, end: to, ...written } = content
  return {
    ...factsOf(info),
    ...written,
    notModified: false,
    part: { start: from, end: to, truncated: read.truncated },
    ...(read.lines === undefined ? {} : { lines: read.lines }),
  }
}

function checkOrder(
  name: 'range' | 'lines',
  range: { readonly start: number; readonly end?: number | undefined } | undefined,
  isInclusive: boolean,
): void {
  if (range?.end === undefined || range.end >= range.start) return
  throw invalidParam(
    [name, 'end'],
    `the end, ${range.end}, lies before the start, ${range.start}${isInclusive ? '' : '; end is the byte after the last'}`,
  )
}
