import { McpError } from '@mcp/protocol/light'

import type { OperationResult } from '../../data/call-operation.ts'
import { callOperation } from '../../data/call-operation.ts'
import { mediaTypeOf } from '../../results/text-kind.ts'
import { entryId } from '../tree/tree-item.ts'
import type { Root } from '../tree/tree-item.ts'
import type { FilePiece, FileSource } from './file-source.ts'

/** Number of lines that are read before the requested line. */
const linesBefore = 40
/** Distance from the first to the last line that is read. */
const linesRead = 2000
/** Number of bytes that are read of a file that is not text. */
const describedBytes = 1024

/** A file of a root. */
export function rootFile({ name: root, permissions }: Root, path: string): FileSource {
  const file = { root, path }
  const readBytes = async (start: number, maxBytes: number, signal: AbortSignal) => {
    const range = { start, end: start + maxBytes }
    const params = { ...file, range, encoding: 'base64' } as const
    return pieceOf(await callOperation('roots', 'readFile', params, { signal }))
  }
  return {
    id: entryId(root, path),
    name: path,
    async describe(signal) {
      const { size, etag, modifiedAt, realPath, links } = await callOperation(
        'roots',
        'stat',
        file,
        { signal },
      )
      return {
        mediaType: mediaTypeOf(path),
        size,
        etag,
        modifiedAt,
        readOnlyReason: permissions.includes('write')
          ? undefined
          : `The root ${root} allows no writing.`,
        notes: [
          ...(realPath === undefined ? [] : [`A link to ${realPath}.`]),
          ...(links > 1 ? [`The file has ${links} paths (hard links).`] : []),
        ],
      }
    },
    async read({ line, at = 0 }, maxBytes, signal) {
      const firstLine = line === undefined ? undefined : Math.max(1, line - linesBefore)
      const part =
        firstLine === undefined
          ? { range: { start: at, end: at + maxBytes } }
          : { lines: { start: firstLine, end: firstLine + linesRead } }
      try {
        const content = await callOperation('roots', 'readFile', { ...file, ...part }, { signal })
        const piece = pieceOf(content, firstLine ?? (at === 0 ? 1 : undefined))
        // A NUL character is valid UTF-8, but no text has it.
        if (!content.content.includes('\0')) return piece
      } catch (thrown) {
        if (!isNotText(thrown)) throw thrown
      }
      return readBytes(at, describedBytes, signal)
    },
    readBytes,
    write: (content, ifMatch) =>
      callOperation('roots', 'writeFile', {
        ...file,
        content,
        ...(ifMatch === undefined ? {} : { ifMatch }),
      }),
  }
}

function pieceOf(
  { content, encoding, range, size, etag }: OperationResult<'roots', 'readFile'>,
  firstLine?: number,
): FilePiece {
  return {
    ...range,
    hasMore: range.end < size,
    etag,
    firstLine,
    content:
      encoding === 'utf8' ? { kind: 'text', text: content } : { kind: 'bytes', base64: content },
  }
}

function isNotText(thrown: unknown): boolean {
  return McpError.is(thrown) && thrown.details?.['reason'] === 'not-text'
}
