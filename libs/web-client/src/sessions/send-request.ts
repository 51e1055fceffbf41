import type { CallOptions, SessionCore } from '@mcp/client'
import type { ResponseEnvelope } from '@mcp/protocol'
import { createId, createResponse, McpError } from '@mcp/protocol'

export interface SendOptions extends Pick<CallOptions, 'onProgress' | 'onChunk'> {
  readonly signal: AbortSignal
  /** Default: a new id. */
  readonly id?: string | undefined
  /** Program that sends the request, for the activity. Default: another client. */
  readonly source?: 'page' | 'agent' | undefined
}

/** Sends a request and returns its response. If the request fails, returns an error response. */
export async function sendRequest(
  session: SessionCore,
  type: string,
  payload: Readonly<Record<string, unknown>>,
  { signal, id = createId('req'), source, onProgress, onChunk }: SendOptions,
): Promise<ResponseEnvelope> {
  try {
    const metadata = source && { source }
    return await session.request(type, payload, { signal, id, metadata, onProgress, onChunk })
  } catch (thrown) {
    return createResponse(id, 'error', errorOf(thrown, signal))
  }
}

/** Returns the reason of the signal if it is an `McpError`, otherwise the thrown error. */
export function errorOf(thrown: unknown, { reason }: AbortSignal): McpError {
  return McpError.is(reason) ? reason : McpError.from(thrown)
}
