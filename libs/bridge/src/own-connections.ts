import type { RawResponse } from '@mcp/http'
import { isRecord, McpError } from '@mcp/protocol'

import { importDigestKey, keyedDigest } from './keyed-digest.ts'
import { rpcErrorResponse, toRpcError } from './rpc/rpc-error.ts'
import { idOf } from './rpc/rpc-message.ts'

/** Name of the experimental client capability by which a hub recognizes its own connections. */
const capability = 'mcp-hub'

const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'

/**
 * Returns the experimental capability that identifies the connections of a hub to its upstream servers. All
 * processes with the same secret have the same identity.
 *
 * @param secret - The secret of `mountMcp`.
 */
export async function hubIdentity(
  secret: string,
): Promise<Readonly<Record<string, { readonly id: string }>>> {
  const key = await importDigestKey('mcp-hub', secret)
  const id = await keyedDigest(key, 'identity', 16)
  return { [capability]: { id } }
}

/**
 * Returns a function that refuses a request with which this hub connects to itself, directly or through another
 * program. Otherwise, each list and each call would loop forever. The function returns the response, or
 * undefined for any other request.
 */
export function createOwnConnectionRefusal(
  secret: string,
): (body: unknown) => Promise<RawResponse | undefined> | undefined {
  async function refuse(id: unknown, body: unknown): Promise<RawResponse | undefined> {
    const own = (await hubIdentity(secret))[capability]?.id
    return id === own ? rpcErrorResponse(200, toRpcError(ownHub()), idOf(body)) : undefined
  }

  return (body) => {
    const id = identityIn(body)
    return id === undefined ? undefined : refuse(id, body)
  }
}

function ownHub(): McpError {
  return new McpError(
    'conflict',
    'This hub would be an upstream server of itself: an entry of its MCP configuration file leads to its own endpoint. Remove the entry, or set "disabled" of it to true.',
    { retryable: false, details: { reason: 'own-hub' } },
  )
}

/** Returns the id of the hub that opens a connection, in either era of the protocol. */
function identityIn(body: unknown): unknown {
  if (!isRecord(body) || !isRecord(body['params'])) return undefined
  const { method, params } = body
  const { _meta: meta } = params
  const declared =
    method === 'initialize'
      ? params['capabilities']
      : method === 'server/discover' && isRecord(meta)
        ? meta[capabilitiesKey]
        : undefined
  if (!isRecord(declared) || !isRecord(declared['experimental'])) return undefined
  const identity = declared['experimental'][capability]
  return isRecord(identity) ? identity['id'] : undefined
}
