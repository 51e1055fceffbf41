import { McpError } from '@mcp/protocol/light'

import type { OperationResult } from '../../data/call-operation.ts'
import { callOperation } from '../../data/call-operation.ts'
import { resourceId } from '../tree/tree-item.ts'
import type { FilePiece, FileSource } from './file-source.ts'

/** Number of lines that are read before the line to show. */
const linesBefore = 40
/** Maximum number of bytes that the server returns for one read. */
const maxReadBytes = 1024 * 1024

/** Creates the source of a resource. `resource` is its URI, which the server lists or which fits a template. */
export function resourceFile(resource: string): FileSource {
  const read = async (
    params: { readonly range: { start: number } } | { readonly lines: { start: number } },
    encoding: 'auto' | 'base64',
    maxBytes: number,
    signal: AbortSignal,
  ) => {
    const limits = { encoding, maxBytes: Math.min(maxBytes, maxReadBytes) }
    return callOperation('resources', 'read', { resource, ...params, ...limits }, { signal })
  }
  return {
    id: resourceId(resource),
    name: resource,
    async describe(signal) {
      const info = await callOperation('resources', 'stat', { resource }, { signal })
      const { mimeType, size, etag, modifiedAt, writable, watchable, description } = info
      return {
        mediaType: mimeType,
        size,
        etag,
        modifiedAt,
        readOnlyReason: writable ? undefined : 'Its source allows no changes.',
        notes: [
          ...(description === undefined ? [] : [description]),
          ...(watchable ? [] : ['Its changes are not reported.']),
        ],
      }
    },
    async read({ line, at = 0 }, maxBytes, signal) {
      const firstLine = line === undefined ? undefined : Math.max(1, line - linesBefore)
      const part =
        firstLine === undefined ? { range: { start: at } } : { lines: { start: firstLine } }
      const content = await read(part, 'auto', maxBytes, signal)
      return pieceOf(content, firstLine ?? (at === 0 ? 1 : undefined))
    },
    readBytes: async (start, maxBytes, signal) =>
      pieceOf(await read({ range: { start } }, 'base64', maxBytes, signal)),
    async write(content, ifMatch) {
      if (ifMatch !== undefined) {
        return callOperation('resources', 'update', { resource, content, ifMatch })
      }
      try {
        return await callOperation('resources', 'update', { resource, content })
      } catch (thrown) {
        if (McpError.from(thrown).code !== 'not-found') throw thrown
        return callOperation('resources', 'create', { resource, content })
      }
    },
  }
}

function pieceOf(
  { text, blob = '', part, etag, size = 0 }: OperationResult<'resources', 'read'>,
  firstLine?: number,
): FilePiece {
  const end = part?.end ?? size
  return {
    start: part?.start ?? 0,
    end,
    hasMore: part?.truncated === true || end < size,
    etag,
    firstLine: text === undefined ? undefined : firstLine,
    content: text === undefined ? { kind: 'bytes', base64: blob } : { kind: 'text', text },
  }
}
