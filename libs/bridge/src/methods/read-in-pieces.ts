import { isRecord, McpError } from '@mcp/protocol'

import type { RpcParams } from '../rpc/rpc-message.ts'

/**
 * Maximum size of a resource that `resources/read` returns, in bytes. The limit does not apply to the resources
 * of upstream servers.
 */
const maxReadBytes = 4 * 1024 * 1024
/** Maximum number of bytes that one call of the operation `read` returns. */
const pieceBytes = 1024 * 1024

/**
 * Reads a resource in pieces, because one call of the operation returns at most 1 MiB. Returns the entry
 * of `contents`.
 *
 * @throws McpError `payload-too-large` for a resource over 4 MiB.
 */
export async function readInPieces(
  read: (params: RpcParams) => Promise<RpcParams>,
  uri: string,
): Promise<RpcParams> {
  const first = await read({ maxBytes: pieceBytes })
  if (!isTruncated(first)) return toContents(uri, first)
  const isText = typeof first['text'] === 'string'
  const pieces = [isText ? first['text'] : first['blob']]
  let start = endOf(first)
  while (start < maxReadBytes) {
    const encoding = isText ? 'utf-8' : 'base64'
    const next = await read({ range: { start }, maxBytes: pieceBytes, encoding })
    pieces.push(isText ? next['text'] : next['blob'])
    if (isTruncated(next)) start = endOf(next)
    else return toContents(uri, { ...first, ...joinPieces(pieces, isText) })
  }
  throw new McpError(
    'payload-too-large',
    `The resource is larger than ${maxReadBytes} bytes. Read it in ranges with the tool resources_read.`,
    { details: { limit: 'resource', max: maxReadBytes } },
  )
}

function isTruncated({ part }: RpcParams): boolean {
  return isRecord(part) && part['truncated'] === true
}

function endOf({ part }: RpcParams): number {
  return isRecord(part) && typeof part['end'] === 'number' ? part['end'] : maxReadBytes
}

function joinPieces(pieces: readonly unknown[], isText: boolean): RpcParams {
  if (isText) return { text: pieces.join('') }
  // Texts in base64 can be joined only if the length of each piece is a multiple of 3 bytes. 1 MiB is not, so
  // the bytes are joined.
  const bytes = pieces.map((piece) => atob(String(piece))).join('')
  return { blob: btoa(bytes) }
}

function toContents(uri: string, { text, blob, mimeType, _meta }: RpcParams): RpcParams {
  return {
    uri,
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(blob === undefined ? { text: text ?? '' } : { blob }),
    ...(_meta === undefined ? {} : { _meta }),
  }
}
