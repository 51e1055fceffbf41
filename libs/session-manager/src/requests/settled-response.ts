import { envelopeResponse } from '@mcp/http'
import { createResponse, McpError, parseJson, parseResponse } from '@mcp/protocol'
import type { TextResponse } from '@mcp/http'
import type { ResponseEnvelope } from '@mcp/protocol'

import type { StoredAnswer } from '../store/store.ts'

/** An answer, as whoever waits for it wants it. */
export interface Answered {
  http(): TextResponse
  envelope(): ResponseEnvelope
}

/** The answer a server gave. It is written once, however many wait for it, and only if one asks. */
export function answeredNow(
  response: ResponseEnvelope,
  onError: (error: unknown) => void,
): Answered {
  let written: TextResponse | undefined
  return {
    http: () => (written ??= write(response, onError)),
    envelope: () => response,
  }
}

/** An answer that was recorded. */
export function answeredBefore({ status, body }: StoredAnswer): Answered {
  return {
    http: () => ({ status, body, headers: jsonHeaders }),
    envelope: () => parseResponse(parseJson(body)),
  }
}

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' } as const

function write(response: ResponseEnvelope, onError: (error: unknown) => void): TextResponse {
  try {
    return envelopeResponse(response)
  } catch (cause) {
    // A server in this process may answer what JSON cannot say, such as a cycle.
    const error = McpError.internal(cause)
    onError(error)
    return envelopeResponse(createResponse(response.id, 'error', error))
  }
}
