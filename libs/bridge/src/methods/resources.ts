import { isRecord, McpError, readResultName } from '@mcp/protocol'

import type { Call, Caller } from '../calls/caller.ts'
import type { OperationRunner } from '../calls/run-operation.ts'
import { findOperation, resultOf } from '../calls/run-operation.ts'
import { parseResultUri } from '../catalogue/result-uri.ts'
import { invalidParams, methodNotFound } from '../rpc/rpc-error.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'
import type { Methods } from './method.ts'
import { serverOf } from './server-of.ts'

/** Request type of resources. */
const type = 'resource-access'

/** Maximum size of a resource or a large result that `resources/read` returns, in bytes. */
const maxReadBytes = 4 * 1024 * 1024
/** Maximum of the operation `read`. */
const pieceBytes = 1024 * 1024

/** Creates the methods of resources and their templates. */
export function createResourceMethods(runner: OperationRunner): Methods {
  async function run(
    caller: Caller,
    call: Call,
    name: string,
    params: RpcParams,
    target?: string,
  ): Promise<RpcParams> {
    const server = serverOf(caller, type)
    const operation = server && findOperation(server, name, type)
    if (operation === undefined) throw methodNotFound(`resources/${name}`)
    return resultOf(await runner.run(caller, call, { operation, target, params }))
  }

  /** Reads a resource in pieces, because one call of the operation returns at most 1 MiB. */
  async function readPieces(caller: Caller, call: Call, uri: string): Promise<RpcParams> {
    const first = await run(caller, call, 'read', { maxBytes: pieceBytes }, uri)
    if (!isTruncated(first)) return first
    const isText = typeof first['text'] === 'string'
    const pieces = [isText ? first['text'] : first['blob']]
    let start = endOf(first)
    while (start < maxReadBytes) {
      const params = {
        range: { start },
        maxBytes: pieceBytes,
        encoding: isText ? 'utf-8' : 'base64',
      }
      const next = await run(caller, call, 'read', params, uri)
      pieces.push(isText ? next['text'] : next['blob'])
      if (isTruncated(next)) start = endOf(next)
      else return { ...first, ...joinPieces(pieces, isText) }
    }
    throw new McpError(
      'payload-too-large',
      `The resource is larger than ${maxReadBytes} bytes. Read it in ranges with the tool resources_read.`,
      { details: { limit: 'resource', max: maxReadBytes } },
    )
  }

  async function readResource(caller: Caller, { uri }: RpcParams, call: Call) {
    if (typeof uri !== 'string') throw invalidParams('Invalid params: uri must be a string.')
    const address = parseResultUri(uri)
    if (address !== undefined) {
      const text = await readWholeResult(runner, caller, call, address.server, address.ref)
      return { contents: [{ uri, mimeType: 'application/json', text }] }
    }
    try {
      return { contents: [toContents(uri, await readPieces(caller, call, uri))] }
    } catch (thrown) {
      throw resourceError(thrown, uri, caller)
    }
  }

  return {
    'resources/list': async (caller, { cursor }, call) => {
      const { items, nextCursor } = await run(caller, call, 'list', cursorParams(cursor))
      return { resources: arrayOf(items).map(toResource), ...next(nextCursor) }
    },
    'resources/templates/list': async (caller, { cursor }, call) => {
      const { items, nextCursor } = await run(caller, call, 'listTemplates', cursorParams(cursor))
      return { resourceTemplates: arrayOf(items).map(toTemplate), ...next(nextCursor) }
    },
    'resources/read': readResource,
    'resources/subscribe': async (caller, { uri }, call) => {
      if (typeof uri !== 'string') throw invalidParams('Invalid params: uri must be a string.')
      try {
        await run(caller, call, 'subscribe', {}, uri)
      } catch (thrown) {
        throw resourceError(thrown, uri, caller)
      }
      return {}
    },
    'resources/unsubscribe': async (caller, { uri }, call) => {
      if (typeof uri !== 'string') throw invalidParams('Invalid params: uri must be a string.')
      await run(caller, call, 'unsubscribe', {}, uri)
      return {}
    },
  }
}

/** Ends all subscriptions of the caller's session. Without resources in the view, there are none. */
export async function unsubscribeAll(
  runner: OperationRunner,
  caller: Caller,
  call: Call,
): Promise<void> {
  const server = serverOf(caller, type)
  const operation = server && findOperation(server, 'unsubscribe')
  if (operation !== undefined)
    await runner.run(caller, call, { operation, target: undefined, params: {} })
}

/**
 * Reads a large result that a server has stored, in pieces.
 *
 * @throws McpError `not-found`, or `payload-too-large` for a result over 4 MiB.
 */
export async function readWholeResult(
  runner: OperationRunner,
  caller: Caller,
  call: Call,
  serverName: string,
  resultRef: string,
): Promise<string> {
  let text = ''
  let offset: number | undefined = 0
  while (offset !== undefined) {
    const params = { resultRef, offset, limit: 256 * 1024 }
    const piece: RpcParams = await readResultPiece(runner, caller, call, serverName, params)
    text += String(piece['text'])
    offset = typeof piece['nextOffset'] === 'number' ? piece['nextOffset'] : undefined
    if (text.length > maxReadBytes) {
      throw new McpError(
        'payload-too-large',
        `The result is longer than ${maxReadBytes} characters. Read it in pieces with the tool read_result.`,
      )
    }
  }
  return text
}

/** Reads one piece of a large result: `{ text, offset, totalLength, nextOffset? }`. */
export async function readResultPiece(
  runner: OperationRunner,
  caller: Caller,
  call: Call,
  serverName: string,
  params: RpcParams,
): Promise<RpcParams> {
  const server = caller.servers.find(({ name }) => name === serverName)
  const operation = server && findOperation(server, readResultName)
  if (operation === undefined) {
    throw new McpError('not-found', `No server is named "${serverName.slice(0, 64)}".`)
  }
  const { target } = operation
  return resultOf(await runner.run(caller, call, { operation, target, params }))
}

function cursorParams(cursor: unknown): RpcParams {
  if (cursor === undefined) return {}
  if (typeof cursor !== 'string') throw invalidParams('Invalid params: cursor must be a string.')
  return { cursor }
}

function next(nextCursor: unknown): { readonly nextCursor?: string } {
  return typeof nextCursor === 'string' ? { nextCursor } : {}
}

function arrayOf(value: unknown): readonly RpcParams[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function isTruncated({ part }: RpcParams): boolean {
  return isRecord(part) && part['truncated'] === true
}

function endOf({ part }: RpcParams): number {
  return isRecord(part) && typeof part['end'] === 'number' ? part['end'] : maxReadBytes
}

function joinPieces(pieces: readonly unknown[], isText: boolean): RpcParams {
  if (isText) return { text: pieces.join('') }
  // Every piece but the last has 1 MiB. A multiple of 3 bytes would need no padding, but 1 MiB does, so texts cannot be joined.
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

function toResource({ modifiedAt, annotations, ...entry }: RpcParams): RpcParams {
  const { etag: _etag, writable: _writable, watchable: _watchable, ...resource } = entry
  const hints = isRecord(annotations) ? annotations : {}
  const modified = typeof modifiedAt === 'string' ? { lastModified: modifiedAt } : {}
  const all = { ...hints, ...modified }
  return Object.keys(all).length === 0 ? resource : { ...resource, annotations: all }
}

function toTemplate({ variables: _variables, ...template }: RpcParams): RpcParams {
  return template
}

/** Adds the URI and the reason for which the standard has a JSON-RPC code. */
function resourceError(thrown: unknown, uri: string, { isLegacy }: Caller): unknown {
  if (!McpError.is(thrown) || thrown.code !== 'not-found') return thrown
  const reason = isLegacy ? 'resource-not-found' : thrown.details?.['reason']
  const details = { ...thrown.details, uri, ...(reason === undefined ? {} : { reason }) }
  return new McpError('not-found', thrown.message, { details })
}
