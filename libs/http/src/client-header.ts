import type { ClientDescription } from '@mcp/protocol'
import { isRecord, logLevels, McpError, parseJson } from '@mcp/protocol'

import { contextHeaders } from './context-headers.ts'

/** Servers refuse requests with more than 16 KiB of headers, so a client must not fill them. */
const maxLength = 4096

/**
 * Encodes the description of a client as the value of a header: JSON in ASCII. If the value is too long, omits
 * the name and version of the client and the capabilities outside the standard. If it is still too long, omits
 * all capabilities.
 */
export function encodeClient(client: ClientDescription): string {
  const whole = encode(client)
  if (whole.length <= maxLength) return whole
  const { capabilities, logLevel } = client
  const { experimental: _experimental, extensions: _extensions, ...standard } = capabilities
  const reduced = encode({ capabilities: standard, logLevel })
  return reduced.length <= maxLength ? reduced : encode({ capabilities: {}, logLevel })
}

function encode({ capabilities, logLevel, info }: ClientDescription): string {
  return JSON.stringify({ capabilities, logLevel, info }).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/**
 * Decodes the value of a header that {@link encodeClient} encoded.
 *
 * @throws McpError `invalid-request` if the value is invalid.
 */
export function decodeClient(value: string): ClientDescription {
  const { capabilities, logLevel, info } = parseObject(value)
  const level = logLevels.find((known) => known === logLevel)
  if (!isRecord(capabilities) || level !== logLevel) throw invalidHeader()
  return { capabilities, logLevel: level, info: isRecord(info) ? readInfo(info) : undefined }
}

function readInfo({ name, version }: Readonly<Record<string, unknown>>): ClientDescription['info'] {
  if (typeof name !== 'string' || typeof version !== 'string') throw invalidHeader()
  return { name, version }
}

function parseObject(value: string): Readonly<Record<string, unknown>> {
  try {
    const parsed = parseJson(value)
    if (isRecord(parsed)) return parsed
  } catch (cause) {
    throw invalidHeader(cause)
  }
  throw invalidHeader()
}

function invalidHeader(cause?: unknown): McpError {
  return new McpError(
    'invalid-request',
    `Invalid ${contextHeaders.client} header: it must be JSON such as {"capabilities":{}}.`,
    { details: { header: contextHeaders.client }, cause },
  )
}
