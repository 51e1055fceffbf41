import { decodeJsonBody } from '@mcp/http'
import type { RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import { isErrorBody, isRecord, McpError, parseJson, parseResponse } from '@mcp/protocol'

import { describeMismatch, errorResponse, isResponseTo } from '../calls/responses.ts'

/** An HTTP response with its unparsed body. */
export interface HttpResponse {
  readonly status: number
  readonly contentType: string | undefined
  readonly body: Uint8Array
}

/**
 * Returns the response envelope in an HTTP response. If the HTTP response contains no valid envelope,
 * creates an error response.
 */
export function readResponse(
  request: RequestEnvelope,
  response: HttpResponse,
  server: string,
): ResponseEnvelope {
  const prefix = `HTTP ${response.status} and `
  try {
    return toResponse(request, readJson(response), server, prefix)
  } catch {
    const type = response.contentType ?? 'no content type'
    return invalidResponse(request, server, `${prefix}no JSON (${type.slice(0, 80)})`)
  }
}

/** Returns the response envelope in the data of an event, or an error response if it is invalid. */
export function readResponseText(
  request: RequestEnvelope,
  text: string,
  server: string,
): ResponseEnvelope {
  try {
    return toResponse(request, parseJson(text), server, '')
  } catch {
    return invalidResponse(request, server, 'a text that is not JSON')
  }
}

/**
 * Parses the body as JSON.
 *
 * @throws McpError `parse-error` or `invalid-request` if the body is not JSON, `payload-too-large` if it is
 * nested too deeply.
 */
export function readJson({ contentType, body }: HttpResponse): unknown {
  return parseJson(decodeJsonBody(body, contentType))
}

function toResponse(
  request: RequestEnvelope,
  value: unknown,
  server: string,
  prefix: string,
): ResponseEnvelope {
  if (isResponseTo(request, value) && isComplete(value)) return value
  if (isRecord(value) && !('id' in value) && isErrorBody(value['error'])) {
    return refusalResponse(request, value['error'], server)
  }
  return (
    parseIncomplete(request, value) ??
    invalidResponse(request, server, prefix + describeMismatch(request, value))
  )
}

/** Whether no field of an envelope must be filled in. This check is much faster than the schema. */
function isComplete(envelope: Readonly<Record<keyof ResponseEnvelope, unknown>>): boolean {
  const { timestamp, metadata } = envelope
  return (
    typeof timestamp === 'string' &&
    isRecord(metadata) &&
    typeof metadata['source'] === 'string' &&
    typeof metadata['version'] === 'string' &&
    metadata['version'].startsWith('1.')
  )
}

/** Parses a response envelope and fills in its missing fields. Returns undefined if it is invalid. */
function parseIncomplete(request: RequestEnvelope, value: unknown): ResponseEnvelope | undefined {
  try {
    const response = parseResponse(value)
    return response.id === request.id ? response : undefined
  } catch {
    return undefined
  }
}

/**
 * Creates the response for an error that the server sent without an envelope. The server sends such an
 * error if it refuses the HTTP request.
 */
function refusalResponse(
  request: RequestEnvelope,
  body: unknown,
  server: string,
): ResponseEnvelope {
  const error = McpError.fromBody(body)
  const { code, message, retryable, details } = error
  if (code !== 'unauthenticated' && code !== 'forbidden') {
    return errorResponse(request, code, message, { retryable, details })
  }
  // The caller cannot resolve the error, because the server refused this process, not the caller.
  return errorResponse(
    request,
    'upstream-error',
    `The server "${server}" refused this process. Both need the same service token.`,
    { details: { server, reason: 'service-token' }, cause: error },
  )
}

function invalidResponse(
  request: RequestEnvelope,
  server: string,
  received: string,
): ResponseEnvelope {
  const message = `The server "${server}" returned an invalid response: ${received}.`
  return errorResponse(request, 'upstream-error', message, { details: { server } })
}
