import type { Progress, SuccessResponse } from '@mcp/protocol'
import { isRecord, McpError } from '@mcp/protocol/light'

import { connectionBroken, invalidResponse, readJson, readText } from '../http/failures.ts'
import { isEventStream, readEvents } from '../http/read-events.ts'
import { cancelled } from './rest-transport.ts'
import type { RestCall, RestCallOptions, RestTransport } from './rest-transport.ts'

/** Options of a request to a server. */
export interface RestRequestOptions extends RestCallOptions {
  /** Id of the request. A request with the same id is not run again. Default: a new id. */
  readonly id?: string | undefined
  /** Receives the progress of the operation. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Receives parts of the result before the whole result. */
  readonly onChunk?: ((chunk: unknown) => void) | undefined
}

/** Sends a request and resolves with its response. An abort of the signal cancels the request. */
export async function sendRestRequest(
  { name, send }: RestTransport,
  call: RestCall,
  { signal, onProgress, onChunk }: Omit<RestRequestOptions, 'id'>,
): Promise<SuccessResponse> {
  const accept = onProgress || onChunk ? 'text/event-stream' : undefined
  const response = await send({ ...call, signal, headers: accept && { accept } })
  const text = isEventStream(response)
    ? await readStream(response, name, { onProgress, onChunk }).catch((thrown: unknown) => {
        throw signal?.aborted === true ? cancelled(signal) : thrown
      })
    : await readText(response, name)
  const value = readJson(text, name)
  if (isRecord(value) && value['status'] === 'error') throw McpError.fromBody(value['error'])
  if (isSuccess(value)) return value
  throw invalidResponse(name, 'the response to the request')
}

async function readStream(
  response: Response,
  name: string,
  { onProgress, onChunk }: Pick<RestRequestOptions, 'onProgress' | 'onChunk'>,
): Promise<string> {
  const watch = <Result>(read: Promise<Result>): Promise<Result> => read
  for await (const { event, data } of readEvents(response, { from: name, watch })) {
    if (event === 'response') return data
    const value = readJson(data, name)
    const content = isRecord(value) ? value['data'] : undefined
    if (event === 'chunk') onChunk?.(Object(content).chunk)
    else if (event === 'progress' && isProgress(content)) onProgress?.(content)
  }
  throw connectionBroken(name)
}

function isSuccess(value: unknown): value is SuccessResponse {
  return isRecord(value) && value['status'] === 'success' && isRecord(value['data'])
}

function isProgress(value: unknown): value is Progress {
  return isRecord(value) && typeof value['progress'] === 'number'
}
