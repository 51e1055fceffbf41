import { isRecord } from '@mcp/protocol'

import type { EndpointResponse } from './endpoint.ts'
import { errorMessageOf, readText } from './read-messages.ts'
import type { RpcError } from './rpc-error.ts'
import { readRpcError, refusedCode } from './rpc-error.ts'

const maxErrorBytes = 1024 * 1024

/** Returns the JSON-RPC error for a response whose status is not that of a success. */
export async function refusalError(response: EndpointResponse, name: string): Promise<RpcError> {
  const { status } = response
  const text = await readText(response, maxErrorBytes).catch(() => '')
  const body = parseJson(text)
  const error = isRecord(body) ? readRpcError(body['error']) : undefined
  if (error !== undefined) return error
  const location = response.header('location')
  const reasons = [errorMessageOf(body), remedyOf(status, location)].filter((text) => text !== '')
  return {
    code: refusedCode,
    message: [`${name} responded with status ${status}.`, ...reasons].join(' '),
    data: { status },
  }
}

function remedyOf(status: number, location: string | undefined): string {
  if (location !== undefined) return `It redirects to ${location}: use that URL.`
  if (status === 401) return 'Set MCP_TOKEN to a token of this endpoint.'
  if (status === 403) return 'The token in MCP_TOKEN does not allow this.'
  if (status === 404 || status === 405) return 'Is this the URL of an MCP endpoint?'
  return ''
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
