import type { ResponseEnvelope } from '@mcp/protocol'
import { errorCodeInfo } from '@mcp/protocol'
import type { ErrorBody } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

const jsonType = 'application/json; charset=utf-8'

/** An answer of HTTP before it is anybody's `Response`. */
export interface TextResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A value as a JSON answer. */
export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): TextResponse {
  return { status, headers: { ...headers, 'content-type': jsonType }, body: JSON.stringify(value) }
}

const successHeaders = { 'content-type': jsonType } as const

/** A response envelope as the answer of HTTP, with the status of its code. */
export function envelopeResponse(response: ResponseEnvelope): TextResponse {
  const body = JSON.stringify(response)
  return response.status === 'success'
    ? { status: 200, headers: successHeaders, body }
    : { ...errorHead(response.error), body }
}

/** Whatever was thrown, as the answer `{ error }` with the status of its code. */
export function errorResponse(thrown: unknown): TextResponse {
  const error = McpError.from(thrown).toBody()
  return { ...errorHead(error), body: JSON.stringify({ error }) }
}

/** {@link errorResponse} as a web-standard response. */
export function toWebErrorResponse(thrown: unknown): Response {
  return toWebResponse(errorResponse(thrown))
}

/** An answer as a web-standard response. */
export function toWebResponse({ status, headers, body }: TextResponse): Response {
  return new Response(status === 204 ? null : body, { status, headers })
}

function errorHead(error: ErrorBody) {
  const status = errorCodeInfo(error.code).http
  const retryAfterMs = error.details?.['retryAfterMs']
  const usual = status === 503 || status === 429 ? 1000 : undefined
  const wait = typeof retryAfterMs === 'number' ? retryAfterMs : usual
  const headers: Record<string, string> = { 'content-type': jsonType }
  if (wait !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(wait / 1000)))
  return { status, headers }
}
