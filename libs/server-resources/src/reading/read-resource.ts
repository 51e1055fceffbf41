import { invalidParam } from '@mcp/server'

import { resourceMetadata } from '../providers/describe-resource.ts'
import type { ResolvedResource } from '../providers/provider-registry.ts'
import { resourceNotFound } from '../providers/resource-not-found.ts'
import type { ContentEncoding } from './encode-content.ts'
import { encodeContent } from './encode-content.ts'
import type { ByteRange } from './read-part.ts'
import { readBytes, readLines } from './read-part.ts'

export interface ReadOptions {
  readonly range?: ByteRange | undefined
  readonly lines?: { readonly start: number; readonly end?: number | undefined } | undefined
  readonly encoding: ContentEncoding
  readonly maxBytes: number
  readonly ifNoneMatch?: string | undefined
  readonly signal: AbortSignal
}

/**
 * Reads a resource or a part of it. Keeps about `maxBytes` in memory, even if the part is at the end of a
 * large resource.
 *
 * @throws McpError `not-found` if the resource does not exist.
 */
export async function readResource({ uri, provider }: ResolvedResource, options: ReadOptions) {
  const { range, lines, encoding, maxBytes, ifNoneMatch, signal } = options
  checkOrder('range', range)
  checkOrder('lines', lines)
  if (range !== undefined && lines !== undefined) {
    throw invalidParam('lines', 'range and lines cannot be combined; send one of them')
  }
  const start = range?.start ?? 0
  // One byte more than `maxBytes` is requested, to detect whether the limit truncated the content.
  const end =
    lines === undefined ? Math.min(range?.end ?? Infinity, start + maxBytes + 1) : undefined
  const opened = await provider.open(uri, { start, end, ifNoneMatch, signal })
  if (opened === undefined) throw resourceNotFound(uri)
  const { info, body } = opened
  if (body === undefined) return { ...resourceMetadata(info), notModified: true }

  const limit = { maxBytes, signal }
  const part =
    lines === undefined
      ? await readBytes(body, { start, end: range?.end }, limit)
      : await readLines(body, lines, limit)
  const mayContinue = part.truncated || range?.end !== undefined
  const content = encodeContent({ ...part, uri, mimeType: info.mimeType, encoding, mayContinue })
  const { start: from, end: to, ...encoded } = content
  return {
    ...resourceMetadata(info),
    ...encoded,
    notModified: false,
    part: { start: from, end: to, truncated: part.truncated },
    ...(part.lines === undefined ? {} : { lines: part.lines }),
  }
}

function checkOrder(
  name: 'range' | 'lines',
  range: { readonly start: number; readonly end?: number | undefined } | undefined,
): void {
  if (range?.end === undefined || range.end >= range.start) return
  const hint = name === 'range' ? '; end is the byte after the last one' : ''
  throw invalidParam(
    [name, 'end'],
    `the end, ${range.end}, is before the start, ${range.start}${hint}`,
  )
}
