import { callerAddress, claimsOf } from '@mcp/http'
import type { RawResponse } from '@mcp/http'
import { isRecord, McpError } from '@mcp/protocol'

import type { Call, Caller } from '../calls/caller.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { EndpointRequest } from '../endpoint.ts'
import type { Methods } from '../methods/method.ts'
import type { RpcId, RpcParams } from '../rpc/rpc-message.ts'
import { encodeResult, idOf } from '../rpc/rpc-message.ts'
import type { PrincipalSessions } from './principal-sessions.ts'
import { declaredHeaders } from './web-request.ts'

/** Serves the requests that most clients send most often, without the SDK. */
export interface DirectCalls {
  /** Returns `undefined` for a request that needs the SDK, such as a malformed one. */
  handle(received: EndpointRequest): Promise<RawResponse> | undefined
}

export interface DirectCallsOptions {
  readonly methods: Methods
  readonly principalSessions: PrincipalSessions
  readonly serverInfo: RpcParams
}

const version = '2026-07-28'
const keys = {
  version: 'io.modelcontextprotocol/protocolVersion',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  info: 'io.modelcontextprotocol/clientInfo',
  logLevel: 'io.modelcontextprotocol/logLevel',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
}

/**
 * The caching fields that 2026-07-28 requires in the result of a list. With `ttlMs` 0, the list is stale at
 * once.
 */
const noCaching = { ttlMs: 0, cacheScope: 'private' } as const

/**
 * Creates the direct calls: `tools/list`, and `tools/call` of a tool that requests no interactions, from a
 * client that expects neither progress nor log messages. The SDK takes several times as long for them.
 * A test compares the responses with those of the SDK.
 */
export function createDirectCalls(options: DirectCallsOptions): DirectCalls {
  const { methods, principalSessions, serverInfo } = options
  const serverMeta = { [keys.serverInfo]: serverInfo }
  const withoutHeaders = new WeakMap<Tool, boolean>()

  /**
   * Whether a tool has no arguments that are also sent as headers. The SDK compares such headers with the
   * arguments.
   */
  function hasNoHeaders(tool: Tool): boolean {
    const known = withoutHeaders.get(tool)
    if (known !== undefined) return known
    const found = declaredHeaders(tool.definition.inputSchema).length === 0
    withoutHeaders.set(tool, found)
    return found
  }

  function isDirectTool(params: RpcParams, { view, request }: EndpointRequest): boolean {
    const { name, arguments: args = {} } = params
    if (typeof name !== 'string' || request.header('mcp-name') !== name) return false
    const tool = view.find(name)
    if (tool === undefined || tool.operation.hints.interactive || !hasNoHeaders(tool)) return false
    return isRecord(args) && hasOnly(params, callKeys)
  }

  async function run(
    id: RpcId,
    method: string,
    params: RpcParams,
    received: EndpointRequest,
  ): Promise<RawResponse> {
    const { principal, servers, view, request } = received
    const caller: Caller = {
      sessionId: await principalSessions.ensure(principal?.id),
      principal: principal?.id,
      claims: claimsOf(principal),
      address: callerAddress(request.peer),
      client: { capabilities: {} },
      servers,
      view,
      isLegacy: false,
    }
    const call: Call = { signal: request.signal, meta: {}, notify() {}, ask: refuse }
    const found = await methods[method]?.(caller, params, call)
    const result: RpcParams = isRecord(found) ? found : {}
    const { _meta: meta } = result
    const body = encodeResult(id, {
      ...result,
      resultType: 'complete',
      ...(method === 'tools/list' ? noCaching : {}),
      _meta: isRecord(meta) ? { ...meta, ...serverMeta } : serverMeta,
    })
    return { status: 200, headers: { 'content-type': 'application/json' }, body }
  }

  return {
    handle(received) {
      const { body, request } = received
      if (!isRecord(body) || body['jsonrpc'] !== '2.0') return undefined
      const { method, params } = body
      const id = idOf(body)
      if (id === null || !isRecord(params) || !isPlainMeta(params['_meta'])) return undefined
      if (request.header('mcp-protocol-version') !== version) return undefined
      if (typeof method !== 'string' || request.header('mcp-method') !== method) return undefined
      const isList = method === 'tools/list' && hasOnly(params, listKeys)
      const isCall = method === 'tools/call' && isDirectTool(params, received)
      return isList || isCall ? run(id, method, params, received) : undefined
    },
  }
}

const listKeys: readonly string[] = ['_meta']
const callKeys: readonly string[] = ['_meta', 'name', 'arguments']

function hasOnly(params: RpcParams, allowed: readonly string[]): boolean {
  for (const key in params) if (!allowed.includes(key)) return false
  return true
}

/**
 * Whether the `_meta` of a request is valid, and needs nothing of the SDK: no trace context, no progress and no
 * log messages.
 */
function isPlainMeta(meta: unknown): boolean {
  if (!isRecord(meta) || meta[keys.version] !== version || !isRecord(meta[keys.capabilities])) {
    return false
  }
  const { [keys.info]: info } = meta
  if (info !== undefined) {
    if (!isRecord(info)) return false
    if (typeof info['name'] !== 'string' || typeof info['version'] !== 'string') return false
  }
  const { traceparent, tracestate, progressToken } = meta
  if (traceparent !== undefined || tracestate !== undefined) return false
  return progressToken === undefined && meta[keys.logLevel] === undefined
}

async function refuse(): Promise<never> {
  throw new McpError(
    'unavailable',
    'The operation has not declared that it may request interactions of the client.',
    {
      retryable: false,
    },
  )
}
