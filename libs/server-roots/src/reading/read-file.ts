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
  /** Maximum number of bytes to return. Default: `maxReadBytes` of the bounds. */
  readonly maxBytes?: number | undefined
}

/** A part of a file and its position. */
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

/** Reads a file or a part of it, up to the maximum size. */
export function readFile(
  entry: RootEntry,
  options: ReadFileOptions,
  bounds: Bounds,
  signal: AbortSignal,
): Promise<FileContent> {
  const { encoding, maxBytes = bounds.maxReadBytes } = options
  return withFile(entry, async ({ handle, stats }) => {
    const { size } = stats
    const isHashed = size <= bounds.maxEtagBytes
    const selected = await findBytes(options, { handle, size, maxBytes, signal })
    const isWhole = selected.start === 0 && selected.end === size && size <= maxBytes
    // The etag is computed before the content is read. If the file changes in between, the etag is
    // outdated, and a later change with this etag as `ifMatch` is refused.
    const before = isHashed && !isWhole ? await etagOfFile(handle, signal) : undefined

    const bytes = await readRange(
      handle,
      selected.start,
      Math.min(selected.end, selected.start + maxBytes),
      signal,
    )
    const etag = isHashed && isWhole ? etagOf(bytes) : before
    const { isStartCut = false } = selected
    const isEndCut = selected.start + bytes.length < selected.end
    // If a part starts or ends within a character, the partial character is omitted.
    const trims = encoding === 'utf8' && (isStartCut || isEndCut || options.range !== undefined)
    const skipped = trims && selected.start > 0 ? leadingFragmentBytes(bytes) : 0
    const left = trims ? trailingFragmentBytes(bytes.subarray(skipped)) : 0
    const content = bytes.subarray(skipped, bytes.length - left)
    const start = selected.start + skipped
    const end = start + content.length

    return {
      path: entry.realPath,
      encoding,
      content: encodeContent(content, encoding, entry.path),
      size,
      range: { start, end },
      truncated: isStartCut || isEndCut,
      ...(isEndCut ? { nextOffset: end } : {}),
      ...(etag === undefined ? {} : { etag }),
      modifiedAt: stats.mtime.toISOString(),
      links: stats.nlink,
    }
  })
}
