import { envelopeResponse } from '@mcp/http'
import { createResponse, McpError, parseJson, parseResponse } from '@mcp/protocol'
import type { TextResponse } from '@mcp/http'
import type { ResponseEnvelope } from '@mcp/protocol'

import type { SessionActivity } from '../activity/session-activity.ts'
import type { StoredResponse } from '../store/response-store.ts'

/** The final response to a request, in the forms that its callers need. */
export interface SettledResponse {
  toHttp(): TextResponse
  toEnvelope(): ResponseEnvelope
}

/** Position of a response in the activity of its session. */
interface ResponseEntry {
  readonly activity: SessionActivity | undefined
  readonly responseSeq: number
}

/**
 * Wraps the response of a server. The first `toHttp` serializes it for all callers, and records its size in
 * the activity of the session.
 */
export function createSettledResponse(
  response: ResponseEnvelope,
  onError: (error: unknown) => void,
  entry: ResponseEntry,
): SettledResponse {
  let serialized: TextResponse | undefined
  return {
    toHttp() {
      if (serialized === undefined) {
        serialized = serialize(response, onError)
        const record = entry.activity?.find(entry.responseSeq)
        // The entry may have been dropped in the meantime.
        if (record !== undefined) record.bytes ??= serialized.body.length
      }
      return serialized
    },
    toEnvelope: () => response,
  }
}

/** Wraps a recorded response. Only `toEnvelope` parses it. */
export function restoreResponse({ status, body }: StoredResponse): SettledResponse {
  return {
    toHttp: () => ({ status, body, headers: jsonHeaders }),
    toEnvelope: () => parseResponse(parseJson(body)),
  }
}

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' } as const

function serialize(response: ResponseEnvelope, onError: (error: unknown) => void): TextResponse {
  try {
    return envelopeResponse(response)
  } catch (cause) {
    // A server in this process may return a value that JSON cannot represent, such as a cycle.
    const error = McpError.internal(cause)
    onError(error)
    return envelopeResponse(createResponse(response.id, 'error', error))
  }
}
