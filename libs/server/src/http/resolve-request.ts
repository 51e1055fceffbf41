import type { Claims, RawRequest } from '@mcp/http'
import type {
  ClientDescription,
  RequestContext,
  RequestEnvelope,
  TraceContext,
} from '@mcp/protocol'
import {
  contextHeaders,
  decodeClaims,
  decodeClient,
  readTrace,
  traceHeaders,
  withoutCallerClaims,
} from '@mcp/http'
import { defaultTimeoutMs, maxTimeoutMs, McpError } from '@mcp/protocol'
import { activeTrace } from '@mcp/telemetry'

import type { Caller } from './access-control.ts'

type Headers = Pick<RawRequest, 'header'>

/** A request with its resolved context. */
export interface ResolvedRequest {
  readonly request: RequestEnvelope
  readonly context: Omit<RequestContext, 'signal'>
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
    const { principal: authenticated, claims } = caller
    const trace = traceOf(raw)
    return {
      request,
      context: { deadline: now + timeoutMs, principal: authenticated, claims, address, trace },
    }
  }

  const requestId = decode(raw, contextHeaders.request)
  const headerSessionId = raw.header(contextHeaders.session)
  const headerPrincipal = decode(raw, contextHeaders.principal)
  const isInHeaders = headerSessionId !== undefined
  return {
    request: requestId === undefined ? request : { ...request, id: requestId },
    context: {
      deadline:
        now + Math.min(readNumber(raw, contextHeaders.timeoutMs) ?? timeoutMs, maxTimeoutMs),
      sessionId: headerSessionId ?? sessionId,
      principal: isInHeaders ? headerPrincipal : (headerPrincipal ?? principal),
      claims: claimsIn(raw),
      address: decode(raw, contextHeaders.address),
      client: clientOf(raw),
      resultBytes: readNumber(raw, contextHeaders.resultBytes),
      trace: traceOf(raw),
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

function claimsIn(raw: Headers): Claims | undefined {
  const value = raw.header(contextHeaders.claims)
  return value === undefined ? undefined : decodeClaims(value)
}

function clientOf(raw: Headers): ClientDescription | undefined {
  const value = raw.header(contextHeaders.client)
  return value === undefined ? undefined : decodeClient(value)
}

function traceOf(raw: Headers): TraceContext | undefined {
  const active = activeTrace()
  if (active !== undefined) return active
  const traceparent = raw.header(traceHeaders.traceparent)
  if (traceparent === undefined) return undefined
  return readTrace(traceparent, raw.header(traceHeaders.tracestate))
}

function readNumber(raw: Headers, name: string): number | undefined {
  const value = raw.header(name)
  if (value === undefined) return undefined
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number)) {
    throw new McpError('invalid-request', `Invalid ${name} header: it must be a number.`, {
      details: { header: name },
    })
  }
  return number
}
