import { leadingFragmentBytes, readRange, trailingFragmentBytes, withFile } from '@mcp/files'

import type { Bounds } from '../bounds.ts'
import { etagOf, etagOfFile } from './etag.ts'
import type { FileSelection } from './file-selection.ts'
import { findBytes } from './file-selection.ts'
import type { Encoding } from './text-content.ts'
import { encodeContent } from './text-content.ts'
import type { RootEntry } from '../paths/root-entry.ts'

export interface ReadFileOptions extends FileSelection {
  readonly encoding: Encoding
  /** The most bytes given. Default: what the bounds say. */
  readonly maxBytes?: number | undefined
}

/** A part of a file, and where it stands in it. */
export interface FileContent {
  path: string
  encoding: Encoding
  content: string
  size: number
  range: { start: number; end: number }
  truncated: boolean
  nextOffset?: number
  etag?: string
  modifiedAt: string
  links: number
}

/** Reads a file or a part of it, never more than the bound. */
export function readFile(
  entry: RootEntry,
  options: ReadFileOptions,
  bounds: Bounds,
  signal: AbortSignal,
): Promise<FileContent> {
  const { encoding, maxBytes = bounds.readBytes } = options
  return withFile(entry, async ({ handle, stats }) => {
    const { size } = stats
    const isHashed = size <= bounds.etagBytes
    const wanted = await findBytes(options, { handle, size, maxBytes, signal })
    const isWhole = wanted.start === 0 && wanted.end === size && size <= maxBytes
    // Before the content: should the file change between the two, the etag is the older one, and a
    // change that relies on it is refused.
    const before = isHashed && !isWhole ? await etagOfFile(handle, signal) : undefined

    const bytes = await readRange(
      handle,
      wanted.start,
      Math.min(wanted.end, wanted.start + maxBytes),
      signal,
    )
    const etag = isHashed && isWhole ? etagOf(bytes) : before
    const isCut = wanted.start + bytes.length < wanted.end
    // A range may begin or end within a character: that character is then left out.
    const trims = encoding === 'utf8' && (isCut || options.range !== undefined)
    const skipped = trims && wanted.start > 0 ? leadingFragmentBytes(bytes) : 0
    const left = trims ? trailingFragmentBytes(bytes.subarray(skipped)) : 0
    const given = bytes.subarray(skipped, bytes.length - left)
    const start = wanted.start + skipped
    const end = start + given.length

    return {
      path: entry.realPath,
      encoding,
      content: encodeContent(given, encoding, entry.path),
      size,
      range: { start, end },
      truncated: isCut,
      ...(isCut ? { nextOffset: end } : {}),
      ...(etag === undefined ? {} : { etag }),
      modifiedAt: stats.mtime.toISOString(),
      links: stats.nlink,
    }
  })
}
