import { acceptRequest } from './accept-request.ts'
import { envelopeSchemas } from './envelope-schemas.ts'
import type {
  EnvelopeMetadata,
  NotificationEnvelope,
  RequestEnvelope,
  ResponseEnvelope,
} from './envelopes.ts'
import { protocolVersion } from './envelopes.ts'
import { createId } from './id.ts'
import { McpError } from '../errors/mcp-error.ts'
import { parseValue } from '../errors/parse-value.ts'
import { formatTimestamp } from './timestamp.ts'

/**
 * Parses a request. Fills in missing fields, and drops unknown top-level keys.
 *
 * @throws McpError `invalid-request` or `unsupported-version`.
 */
export function parseRequest(value: unknown): RequestEnvelope {
  const accepted = acceptRequest(value)
  if (accepted !== undefined) return accepted

  const { id, timestamp, type, payload, metadata } = parseValue(
    'request',
    envelopeSchemas.request(),
    value,
  )
  return {
    id: id ?? createId('req'),
    timestamp: timestamp ?? formatTimestamp(),
    type,
    payload: payload ?? {},
    metadata: fillMetadata(metadata, 'mcp-client'),
  }
}

/**
 * Parses a response. Fills in a missing timestamp and missing metadata.
 *
 * @throws McpError `invalid-request` or `unsupported-version`. A client that receives an invalid
 * response should report `upstream-error`.
 */
export function parseResponse(value: unknown): ResponseEnvelope {
  const parsed = parseValue('response', envelopeSchemas.response(), value)
  const shared = {
    id: parsed.id,
    timestamp: parsed.timestamp ?? formatTimestamp(),
    metadata: fillMetadata(parsed.metadata, 'unknown'),
  }
  if (parsed.status === 'success') return { ...shared, status: 'success', data: parsed.data }
  return { ...shared, status: 'error', error: McpError.fromBody(parsed.error).toBody() }
}

/**
 * Parses a notification. Fills in missing fields.
 *
 * @throws McpError `invalid-request` or `unsupported-version`.
 */
export function parseNotification(value: unknown): NotificationEnvelope {
  const { id, timestamp, type, data, metadata } = parseValue(
    'notification',
    envelopeSchemas.notification(),
    value,
  )
  return {
    id: id ?? createId('ntf'),
    timestamp: timestamp ?? formatTimestamp(),
    type,
    data: data ?? {},
    metadata: fillMetadata(metadata, 'unknown'),
  }
}

interface ReceivedMetadata {
  readonly version?: string | undefined
  readonly source?: string | undefined
  readonly [key: string]: unknown
}

function fillMetadata(
  metadata: ReceivedMetadata | undefined,
  defaultSource: string,
): EnvelopeMetadata {
  const version = metadata?.version ?? protocolVersion
  if (!version.startsWith('1.')) {
    throw new McpError(
      'unsupported-version',
      `Unsupported metadata.version "${version}". Send ${protocolVersion}, or another minor version of 1.`,
      { details: { version, supported: [protocolVersion] } },
    )
  }
  return { ...metadata, version, source: metadata?.source ?? defaultSource }
}
