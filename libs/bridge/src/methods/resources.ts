import { isRecord, McpError, readResultName } from '@mcp/protocol'

import type { Call, Caller } from '../calls/caller.ts'
import type { OperationRunner } from '../calls/run-operation.ts'
import { findOperation, resultOf } from '../calls/run-operation.ts'
import { parseResultUri } from '../catalogue/result-uri.ts'
import { invalidParams, methodNotFound } from '../rpc/rpc-error.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'
import {
  listForeign,
  mergedPage,
  methodOperations,
  operationFor,
  runForeign,
} from './foreign-servers.ts'
import type { Methods } from './method.ts'
import { readInPieces } from './read-in-pieces.ts'
import { hasType, serverOf } from './server-of.ts'

/** Request type of resources. */
const type = 'resource-access'
/** Maximum length of a large result that `resources/read` returns, in characters (UTF-16 code units). */
const maxResultLength = 4 * 1024 * 1024

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
    if (operation === undefined) {
      // The servers of the view have resources, but none has this one or this operation for it.
      if (target !== undefined && hasType(caller, type)) {
        throw new McpError('not-found', `No resource has the URI "${target.slice(0, 200)}".`)
      }
      throw methodNotFound(`resources/${name}`)
    }
    return resultOf(await runner.run(caller, call, { operation, target, params }))
  }

  /** Lists the resources or templates of the built-in server, then those of the other servers. */
  async function listMerged(
    caller: Caller,
    call: Call,
    name: 'list' | 'listTemplates',
    cursor: unknown,
  ) {
    const [method, key] =
      name === 'list'
        ? (['resources/list', 'resources'] as const)
        : (['resources/templates/list', 'resourceTemplates'] as const)
    const hasOwn = serverOf(caller, type) !== undefined
    if (!hasType(caller, type)) throw methodNotFound(method)
    const own = async () => {
      if (!hasOwn) return { items: [], nextCursor: undefined }
      const { items, nextCursor } = await run(caller, call, name, cursorParams(cursor))
      return { items: arrayOf(items).map(name === 'list' ? toResource : toTemplate), nextCursor }
    }
    return mergedPage(cursor, own, () => listForeign(runner, caller, call, method, key))
  }

  /** Starts or ends a subscription at the server of the URI. */
  async function changeSubscription(
    caller: Caller,
    call: Call,
    name: 'subscribe' | 'unsubscribe',
    uri: unknown,
  ): Promise<RpcParams> {
    if (typeof uri !== 'string') throw invalidParams('Invalid params: uri must be a string.')
    const foreign = operationFor(caller, `resources/${name}`, type, uri)
    if (foreign === undefined) await run(caller, call, name, {}, uri)
    else await runForeign(runner, caller, call, foreign, uri)
    return {}
  }

  async function readResource(caller: Caller, { uri }: RpcParams, call: Call) {
    if (typeof uri !== 'string') throw invalidParams('Invalid params: uri must be a string.')
    const foreign = operationFor(caller, 'resources/read', type, uri)
    if (foreign !== undefined) {
      try {
        return await runForeign(runner, caller, call, foreign, uri)
      } catch (thrown) {
        throw resourceError(thrown, uri, caller)
      }
    }
    const address = parseResultUri(uri)
    if (address !== undefined) {
      const text = await readWholeResult(runner, caller, call, address.server, address.ref)
      return { contents: [{ uri, mimeType: 'application/json', text }] }
    }
    try {
      const read = (params: RpcParams) => run(caller, call, 'read', params, uri)
      return { contents: [await readInPieces(read, uri)] }
    } catch (thrown) {
      throw resourceError(thrown, uri, caller)
    }
  }

  return {
    'resources/list': async (caller, { cursor }, call) => {
      const { items, next } = await listMerged(caller, call, 'list', cursor)
      return { resources: items, ...next }
    },
    'resources/templates/list': async (caller, { cursor }, call) => {
      const { items, next } = await listMerged(caller, call, 'listTemplates', cursor)
      return { resourceTemplates: items, ...next }
    },
    'resources/read': readResource,
    'resources/subscribe': async (caller, { uri }, call) => {
      try {
        return await changeSubscription(caller, call, 'subscribe', uri)
      } catch (thrown) {
        throw resourceError(thrown, String(uri), caller)
      }
    },
    'resources/unsubscribe': (caller, { uri }, call) =>
      changeSubscription(caller, call, 'unsubscribe', uri),
  }
}

/**
 * Ends all subscriptions of the caller's session at the servers of the view, except at an MCP server without
 * `resources/list`.
 *
 * @throws the first error, after the requests to the other servers have ended.
 */
export async function unsubscribeAll(
  runner: OperationRunner,
  caller: Caller,
  call: Call,
): Promise<void> {
  const server = serverOf(caller, type)
  const operation = server && findOperation(server, 'unsubscribe')
  const ended: Promise<unknown>[] = []
  if (operation !== undefined) {
    ended.push(runner.run(caller, call, { operation, target: undefined, params: {} }))
  }
  const lists = methodOperations(caller, 'resources/list')
  for (const { operation: foreign } of methodOperations(caller, 'resources/unsubscribe')) {
    // The target of the operation `resources/list` addresses all resources of the server.
    const all = lists.find(({ server: each }) => each.operations.includes(foreign))?.operation
      .target
    if (all !== undefined) ended.push(runForeign(runner, caller, call, foreign, all))
  }
  const outcomes = await Promise.allSettled(ended)
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

/**
 * Reads a large result that a server has stored, in pieces.
 *
 * @throws McpError `not-found`, or `payload-too-large` for a result of more than 4,194,304 characters.
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
    if (text.length > maxResultLength) {
      throw new McpError(
        'payload-too-large',
        `The result is longer than ${maxResultLength} characters. Read it in pieces with the tool read_result.`,
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
    const name = serverName.slice(0, 64)
    throw new McpError('not-found', `The server "${name}" does not exist or stores no results.`)
  }
  const { target } = operation
  return resultOf(await runner.run(caller, call, { operation, target, params }))
}

function cursorParams(cursor: unknown): RpcParams {
  if (cursor === undefined) return {}
  if (typeof cursor !== 'string') throw invalidParams('Invalid params: cursor must be a string.')
  return { cursor }
}

function arrayOf(value: unknown): readonly RpcParams[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
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

/**
 * Adds the URI to the error of an unknown resource. For a legacy client, also adds the reason
 * `resource-not-found`, which has the JSON-RPC code -32002.
 */
function resourceError(thrown: unknown, uri: string, { isLegacy }: Caller): unknown {
  if (!McpError.is(thrown) || thrown.code !== 'not-found') return thrown
  const reason = isLegacy ? 'resource-not-found' : thrown.details?.['reason']
  const details = { ...thrown.details, uri, ...(reason === undefined ? {} : { reason }) }
  return new McpError('not-found', thrown.message, { details })
}
