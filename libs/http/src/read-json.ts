import { defaultLimits, McpError, parseJson } from '@mcp/protocol'

import { bodyTooLarge } from './body-collector.ts'
import type { RawRequest } from './service.ts'

/** Limits of a JSON body. */
export interface BodyLimits {
  /** Maximum size of the body, in bytes. Default: 4 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** Maximum nesting of objects and arrays. Default: 128. */
  readonly maxDepth?: number | undefined
}

/**
 * Parses the JSON body of a request.
 *
 * @throws McpError `payload-too-large`, `parse-error`, or `invalid-request` for another content type.
 */
export function readJson(
  request: Pick<RawRequest, 'header' | 'body'>,
  limits: BodyLimits = {},
): unknown {
  const { maxBodyBytes = defaultLimits.maxBodyBytes, maxDepth = defaultLimits.maxDepth } = limits
  const { body } = request
  if (body.byteLength > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
  const contentType = request.header('content-type')
  // A browser sends a cross-site POST without a preflight only if its content type is not JSON.
  if (
    !contentType &&
    (request.header('origin') ?? request.header('sec-fetch-site')) !== undefined
  ) {
    throw new McpError('invalid-request', 'Missing content type. Send "application/json".', {
      details: { header: 'content-type' },
    })
  }
  return parseJson(decodeJsonBody(body, contentType), maxDepth)
}

/**
 * Decodes the text of a JSON body.
 *
 * @throws McpError `invalid-request` for another content type, `parse-error` for invalid UTF-8.
 */
export function decodeJsonBody(body: Uint8Array, contentType: string | undefined): string {
  if (contentType !== undefined && contentType !== '' && !isJsonType(contentType)) {
    throw new McpError(
      'invalid-request',
      `Unsupported content type "${contentType.slice(0, 100)}". Send "application/json".`,
      { details: { header: 'content-type' } },
    )
  }
  try {
    return utf8.decode(body)
  } catch (cause) {
    throw new McpError('parse-error', 'The body is not valid UTF-8.', { cause })
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

// The types that clients and our own servers send. To parse another type costs 0.1 µs more.
const commonTypes: ReadonlySet<string> = new Set([
  'application/json',
  'application/json; charset=utf-8',
])

function isJsonType(contentType: string): boolean {
  if (commonTypes.has(contentType)) return true
  const [media = ''] = contentType.split(';', 1)
  return /^application\/([a-z0-9.-]+\+)?json$/i.test(media.trim())
}
