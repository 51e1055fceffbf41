import type { RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import { decodeJsonBody } from '@mcp/http'
import {
  createResponse,
  isErrorBody,
  isRecord,
  McpError,
  parseJson,
  parseResponse,
} from '@mcp/protocol'

import { complaintAbout, isAnswerTo } from '../calls/responses.ts'

/** A server's answer of HTTP, as it came. */
export interface HttpReply {
  readonly status: number
  readonly contentType: string | undefined
  readonly body: Uint8Array
}

/** The answer to a request that a reply holds; `upstream-error` where it holds none. */
export function readAnswer(
  request: RequestEnvelope,
  reply: HttpReply,
  server: string,
): ResponseEnvelope {
  try {
    return answerFrom(request, readJson(reply), server, `HTTP ${reply.status} and `)
  } catch {
    const what = reply.contentType ?? 'no content type'
    return nonsense(request, server, `HTTP ${reply.status} and no JSON (${what.slice(0, 80)})`)
  }
}

/** The answer to a request that a JSON text holds. */
export function readAnswerText(
  request: RequestEnvelope,
  text: string,
  server: string,
): ResponseEnvelope {
  try {
    return answerFrom(request, parseJson(text), server, '')
  } catch {
    return nonsense(request, server, 'something that is not JSON')
  }
}

/** @throws McpError where the body is not JSON. */
export function readJson({ contentType, body }: HttpReply): unknown {
  return parseJson(decodeJsonBody(body, contentType))
}

function answerFrom(
  request: RequestEnvelope,
  value: unknown,
  server: string,
  prefix: string,
): ResponseEnvelope {
  if (isAnswerTo(request, value)) return value
  if (isRecord(value) && !('id' in value) && isErrorBody(value['error'])) {
    return createResponse(request.id, 'error', refusalOf(value['error'], server))
  }
  return (
    complete(request, value) ?? nonsense(request, server, prefix + complaintAbout(request, value))
  )
}

/** An answer that left out what may be left out. */
function complete(request: RequestEnvelope, value: unknown): ResponseEnvelope | undefined {
  try {
    const response = parseResponse(value)
    return response.id === request.id ? response : undefined
  } catch {
    return undefined
  }
}

/** An error without an envelope: the server refused before it looked at the request. */
function refusalOf(body: unknown, server: string): McpError {
  const error = McpError.fromBody(body)
  if (error.code !== 'unauthenticated' && error.code !== 'forbidden') return error
  // That is between this process and the server; the caller has no part in it.
  return new McpError(
    'upstream-error',
    `The server "${server}" refused this process; both need the same service token.`,
    { details: { server, reason: 'service-token' }, cause: error },
  )
}

function nonsense(request: RequestEnvelope, server: string, what: string): ResponseEnvelope {
  return createResponse(
    request.id,
    'error',
    new McpError('upstream-error', `The server "${server}" answered ${what}.`, {
      details: { server },
    }),
  )
}
