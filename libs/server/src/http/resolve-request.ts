import type { RawRequest } from '@mcp/http'
import type { RequestContext, RequestEnvelope } from '@mcp/protocol'
import { contextHeaders, withoutCallerClaims } from '@mcp/http'
import { defaultTimeoutMs, maxTimeoutMs, McpError } from '@mcp/protocol'

type Headers = Pick<RawRequest, 'header'>

/** A request as its handler sees it, and what came beside it. */
export interface ResolvedRequest {
  readonly request: RequestEnvelope
  readonly context: Pick<RequestContext, 'deadline' | 'sessionId' | 'principal'>
}

/**
 * Joins a request to the context its sender gave: from headers, or else from the body's metadata,
 * and from neither where the sender is not trusted.
 *
 * @throws McpError `invalid-request` where a header is not what it should be.
 */
export function resolveRequest(
  hot: Headers,
  received: RequestEnvelope,
  isTrusted: boolean,
  now: number,
): ResolvedRequest {
  const { sessionId, principal, timeoutMs = defaultTimeoutMs } = received.metadata
  const request = withoutCallerClaims(received)
  if (!isTrusted) return { request, context: { deadline: now + timeoutMs } }

  const requestId = decode(hot, contextHeaders.request)
  const headerSessionId = hot.header(contextHeaders.session)
  const headerPrincipal = decode(hot, contextHeaders.principal)
  const isInHeaders = headerSessionId !== undefined
  return {
    request: requestId === undefined ? request : { ...request, id: requestId },
    context: {
      deadline: now + (readTimeout(hot) ?? timeoutMs),
      sessionId: headerSessionId ?? sessionId,
      principal: isInHeaders ? headerPrincipal : (headerPrincipal ?? principal),
    },
  }
}

function decode(hot: Headers, name: string): string | undefined {
  const value = hot.header(name)
  if (value === undefined) return undefined
  try {
    return decodeURIComponent(value)
  } catch (cause) {
    throw new McpError('invalid-request', `The header ${name} is not percent-encoded.`, {
      details: { header: name },
      cause,
    })
  }
}

function readTimeout(hot: Headers): number | undefined {
  const value = hot.header(contextHeaders.timeoutMs)
  if (value === undefined) return undefined
  const timeoutMs = Number(value)
  if (value.trim() === '' || !Number.isFinite(timeoutMs)) {
    throw new McpError(
      'invalid-request',
      `The header ${contextHeaders.timeoutMs} is not a number of milliseconds.`,
      { details: { header: contextHeaders.timeoutMs } },
    )
  }
  return Math.min(timeoutMs, maxTimeoutMs)
}
