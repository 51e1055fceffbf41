import type {
  EnvelopeMetadata,
  ErrorResponse,
  NotificationEnvelope,
  RequestEnvelope,
  ResponseEnvelope,
  SuccessResponse,
} from './envelopes.ts'
import { protocolVersion } from './envelopes.ts'
import { createId } from './id.ts'
import { isRecord } from '../is-record.ts'
import type { ErrorBody } from '../errors/mcp-error.ts'
import { isErrorBody, McpError } from '../errors/mcp-error.ts'
import { formatTimestamp } from './timestamp.ts'

type Data = Readonly<Record<string, unknown>>

export interface EnvelopeOptions {
  /** Id of the envelope. Default: a new id. Ignored for a response, which has the id of its request. */
  readonly id?: string | undefined
  /** Time of the envelope, in milliseconds since the epoch. Default: now. */
  readonly at?: number | undefined
  /** Sender of the envelope. Default: `mcp-client` for a request, otherwise `session-manager`. */
  readonly source?: string | undefined
  /** Additional metadata. It overrides `source` and the protocol version. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Creates a request.
 *
 * @example
 * createRequest('tool-execution', { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } })
 */
export function createRequest(
  type: string,
  payload: Data = {},
  options: EnvelopeOptions = {},
): RequestEnvelope {
  return {
    id: options.id ?? createId('req'),
    timestamp: formatTimestamp(options.at),
    type,
    payload,
    metadata: metadataOf(options, 'mcp-client'),
  }
}

/**
 * Creates the response to the request with the id `requestId`.
 *
 * @example
 * createResponse(request.id, 'success', { result: 5 }, { source: 'mcp-server-3' })
 * createResponse(request.id, 'error', new McpError('not-found', 'No tool is named "calc".'))
 */
export function createResponse<Status extends 'success' | 'error'>(
  requestId: string,
  status: Status,
  content: Status extends 'success' ? Data : McpError | ErrorBody,
  options?: EnvelopeOptions,
): Status extends 'success' ? SuccessResponse : ErrorResponse
export function createResponse(
  requestId: string,
  status: 'success' | 'error',
  content: Data | McpError | ErrorBody,
  options: EnvelopeOptions = {},
): ResponseEnvelope {
  const timestamp = formatTimestamp(options.at)
  const metadata = metadataOf(options, 'session-manager')
  if (status === 'success') {
    return { id: requestId, timestamp, status, data: toData(content), metadata }
  }
  return { id: requestId, timestamp, status, error: toErrorBody(content), metadata }
}

/**
 * Creates a notification.
 *
 * @example
 * createNotification('resource-updated', { uri: 'file:///notes.md' }, { source: 'mcp-server-1' })
 */
export function createNotification(
  type: string,
  data: Data = {},
  options: EnvelopeOptions = {},
): NotificationEnvelope {
  return {
    id: options.id ?? createId('ntf'),
    timestamp: formatTimestamp(options.at),
    type,
    data,
    metadata: metadataOf(options, 'session-manager'),
  }
}

function metadataOf(options: EnvelopeOptions, source: string): EnvelopeMetadata {
  return { version: protocolVersion, source: options.source ?? source, ...options.metadata }
}

// The overload of `createResponse` already prevents an error in a success response at compile time.
function toData(content: Data | McpError | ErrorBody): Data {
  return isRecord(content) ? content : {}
}

function toErrorBody(content: Data | McpError | ErrorBody): ErrorBody {
  if (McpError.is(content)) return content.toBody()
  return isErrorBody(content) ? content : McpError.fromBody(content).toBody()
}
