import { errorResponse } from '@mcp/http'
import type { RawResponse } from '@mcp/http'
import { errorCodeInfo } from '@mcp/protocol'
import type { McpError } from '@mcp/protocol'

import { rpcErrorResponse, toRpcError, transportCodes } from './rpc/rpc-error.ts'
import type { RpcId } from './rpc/rpc-message.ts'

const statuses: Readonly<Record<string, readonly [status: number, code: number]>> = {
  'parse-error': [400, transportCodes.parseError],
  'payload-too-large': [413, transportCodes.badRequest],
  'session-not-found': [404, transportCodes.sessionNotFound],
}

/**
 * Returns the response to a request that was refused before its method was called. Its status and its headers,
 * such as `Retry-After`, are those of the error. A client drops its session at 404, so only `session-not-found`
 * and other missing things have this status.
 */
export function refusalOf(error: McpError, id: RpcId | null = null): RawResponse {
  const { code, details } = error
  const rpcError = toRpcError(error)
  // A body that is nested too deeply cannot be read, so the error has the code of a body that is not JSON.
  const isUnreadable = code === 'payload-too-large' && details?.['limit'] === 'depth'
  const [status, rpcCode] = isUnreadable
    ? [400, transportCodes.parseError]
    : (statuses[code] ?? [errorCodeInfo(code).http, rpcError.code])
  const { headers, body } = rpcErrorResponse(status, { ...rpcError, code: rpcCode }, id)
  return { status, headers: { ...errorResponse(error).headers, ...headers }, body }
}

export function unknownView(name: string, viewNames: readonly string[]): RawResponse {
  const named = viewNames.filter((each) => each !== '')
  return rpcErrorResponse(404, {
    code: transportCodes.badRequest,
    message: `No view is named "${name.slice(0, 64)}". The views are ${named.join(', ')}.`,
  })
}

export const methodNotAllowed: RawResponse = {
  ...rpcErrorResponse(405, { code: transportCodes.badRequest, message: 'Method not allowed.' }),
  headers: { 'content-type': 'application/json', allow: 'POST, GET, DELETE' },
}

export const unsupportedType: RawResponse = rpcErrorResponse(415, {
  code: transportCodes.badRequest,
  message: 'Unsupported Media Type: Content-Type must be application/json',
})
