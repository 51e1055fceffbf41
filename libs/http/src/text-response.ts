import type { ResponseEnvelope } from '@mcp/protocol'
import { errorCodeInfo } from '@mcp/protocol'
import type { ErrorBody } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

const jsonType = 'application/json; charset=utf-8'

/** An HTTP response with a text body, independent of the runtime. */
export interface TextResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Creates an HTTP response with a JSON body. */
export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): TextResponse {
  return { status, headers: { ...headers, 'content-type': jsonType }, body: JSON.stringify(value) }
}

const successHeaders = { 'content-type': jsonType } as const

/**
 * Creates an HTTP response that contains a response envelope. The HTTP status is 200 or the status of
 * the error code.
 */
export function envelopeResponse(response: ResponseEnvelope): TextResponse {
  const body = JSON.stringify(response)
  return response.status === 'success'
    ? { status: 200, headers: successHeaders, body }
    : { ...errorHead(response.error), body }
}

/** Converts a thrown value to an HTTP response with the body `{ error }` and the error's status. */
export function errorResponse(thrown: unknown): TextResponse {
  const error = McpError.from(thrown).toBody()
  return { ...errorHead(error), body: JSON.stringify({ error }) }
}

/** Converts a thrown value to a web-standard response. See {@link errorResponse}. */
export function toWebErrorResponse(thrown: unknown): Response {
  return toWebResponse(errorResponse(thrown))
}

/** Converts a text response to a web-standard response. */
export function toWebResponse({ status, headers, body }: TextResponse): Response {
  return new Response(status === 204 || status === 304 ? null : body, { status, headers })
}

function errorHead(error: ErrorBody) {
  const status = errorCodeInfo(error.code).http
  const retryAfterMs = error.details?.['retryAfterMs']
  const defaultWaitMs = status === 503 || status === 429 ? 1000 : undefined
  const waitMs = typeof retryAfterMs === 'number' ? retryAfterMs : defaultWaitMs
  const headers: Record<string, string> = { 'content-type': jsonType }
  if (status === 401) headers['www-authenticate'] = 'Bearer'
  if (waitMs !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(waitMs / 1000)))
  return { status, headers }
}
