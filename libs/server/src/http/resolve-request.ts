import type { RawRequest } from '@mcp/http'
import type { RequestContext, RequestEnvelope } from '@mcp/protocol'
import { contextHeaders, withoutCallerClaims } from '@mcp/http'
import { defaultTimeoutMs, maxTimeoutMs, McpError } from '@mcp/protocol'

import type { Caller } from './access-control.ts'

type Headers = Pick<RawRequest, 'header'>

/** A request with its resolved context. */
export interface ResolvedRequest {
  readonly request: RequestEnvelope
  readonly context: Pick<RequestContext, 'deadline' | 'sessionId' | 'principal' | 'address'>
}

/**
 * Resolves the context of a request. For an internal caller, the context comes from the context
 * headers or, without them, from the metadata in the body. Any other caller has no session, and its
 * principal is the authenticated principal, if any.
 *
 * @throws McpError `invalid-request` if a context header is invalid.
 */
export function resolveRequest(
  raw: Pick<RawRequest, 'header' | 'peer'>,
  received: RequestEnvelope,
  caller: Caller,
  now: number,
): ResolvedRequest {
  const { sessionId, principal, timeoutMs = defaultTimeoutMs } = received.metadata
  const request = withoutCallerClaims(received)
  if (!caller.isInternal) {
    const { address } = raw.peer
    return { request, context: { deadline: now + timeoutMs, principal: caller.principal, address } }
  }

  const requestId = decode(raw, contextHeaders.request)
  const headerSessionId = raw.header(contextHeaders.session)
  const headerPrincipal = decode(raw, contextHeaders.principal)
  const isInHeaders = headerSessionId !== undefined
  return {
    request: requestId === undefined ? request : { ...request, id: requestId },
    context: {
      deadline: now + (readTimeout(raw) ?? timeoutMs),
      sessionId: headerSessionId ?? sessionId,
      principal: isInHeaders ? headerPrincipal : (headerPrincipal ?? principal),
      address: decode(raw, contextHeaders.address),
    },
  }
}

function decode(raw: Headers, name: string): string | undefined {
  const value = raw.header(name)
  if (value === undefined) return undefined
  try {
    return decodeURIComponent(value)
  } catch (cause) {
    throw new McpError('invalid-request', `Invalid ${name} header: it must be percent-encoded.`, {
      details: { header: name },
      cause,
    })
  }
}

function readTimeout(raw: Headers): number | undefined {
  const value = raw.header(contextHeaders.timeoutMs)
  if (value === undefined) return undefined
  const timeoutMs = Number(value)
  if (value.trim() === '' || !Number.isFinite(timeoutMs)) {
    throw new McpError(
      'invalid-request',
      `Invalid ${contextHeaders.timeoutMs} header: it must be a number of milliseconds.`,
      { details: { header: contextHeaders.timeoutMs } },
    )
  }
  return Math.min(timeoutMs, maxTimeoutMs)
}
