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
  /** Default: a fresh one. A response's id is always the request's. */
  readonly id?: string | undefined
  /** Milliseconds since the epoch. Default: now. */
  readonly at?: number | undefined
  /** Who writes it. Default: `mcp-client` for a request, `session-manager` for the others. */
  readonly source?: string | undefined
  /** Further metadata; wins over `source`. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/**
 * A request: something a client asks a server to do.
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
 * The answer to the request with that id.
 *
 * @example
 * createResponse(request.id, 'success', { result: 5 }, { source: 'mcp-server-3' })
 * createResponse(request.id, 'error', new McpError('not-found', 'No tool is named "calc".'))
 */
export function createResponse<Status extends 'success' | 'error'>(
  requestId: string,
  status: Status,
  outcome: Status extends 'success' ? Data : McpError | ErrorBody,
  options?: EnvelopeOptions,
): Status extends 'success' ? SuccessResponse : ErrorResponse
export function createResponse(
  requestId: string,
  status: 'success' | 'error',
  outcome: Data | McpError | ErrorBody,
  options: EnvelopeOptions = {},
): ResponseEnvelope {
  const timestamp = formatTimestamp(options.at)
  const metadata = metadataOf(options, 'session-manager')
  if (status === 'success') {
    return { id: requestId, timestamp, status, data: toData(outcome), metadata }
  }
  return { id: requestId, timestamp, status, error: toErrorBody(outcome), metadata }
}

/**
 * A notification: something a server tells clients.
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

// A caller's data is passed on as it is; an error where data belongs would be a caller's mistake.
function toData(outcome: Data | McpError | ErrorBody): Data {
  return isRecord(outcome) ? outcome : {}
}

function toErrorBody(outcome: Data | McpError | ErrorBody): ErrorBody {
  if (McpError.is(outcome)) return outcome.toBody()
  return isErrorBody(outcome) ? outcome : McpError.fromBody(outcome).toBody()
}
