import type { ResponseEnvelope } from './envelopes.ts'
import { errorCodeFacts } from './error-codes.ts'
import type { ErrorBody } from './mcp-error.ts'
import { McpError } from './mcp-error.ts'

const jsonType = 'application/json; charset=utf-8'

/** An answer of HTTP before it is anybody's `Response`. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A value as a JSON answer. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, headers: { ...headers, 'content-type': jsonType }, body: JSON.stringify(value) }
}

const successHeaders = { 'content-type': jsonType } as const

/** A response envelope as the answer of HTTP, with the status of its code. */
export function envelopeAnswer(response: ResponseEnvelope): HttpAnswer {
  const body = JSON.stringify(response)
  return response.status === 'success'
    ? { status: 200, headers: successHeaders, body }
    : { ...errorHead(response.error), body }
}

/** Whatever was thrown, as the answer `{ error }` with the status of its code. */
export function errorAnswer(thrown: unknown): HttpAnswer {
  const error = McpError.from(thrown).toBody()
  return { ...errorHead(error), body: JSON.stringify({ error }) }
}

/** {@link errorAnswer} as a web-standard response. */
export function errorResponse(thrown: unknown): Response {
  return toResponse(errorAnswer(thrown))
}

/** An answer as a web-standard response. */
export function toResponse({ status, headers, body }: HttpAnswer): Response {
  return new Response(status === 204 ? null : body, { status, headers })
}

function errorHead(error: ErrorBody) {
  const status = errorCodeFacts(error.code).http
  const retryAfterMs = error.details?.['retryAfterMs']
  const usual = status === 503 || status === 429 ? 1000 : undefined
  const wait = typeof retryAfterMs === 'number' ? retryAfterMs : usual
  const headers: Record<string, string> = { 'content-type': jsonType }
  if (wait !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(wait / 1000)))
  return { status, headers }
}
