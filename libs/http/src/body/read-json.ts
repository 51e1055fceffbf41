import { defaultLimits, McpError, parseJson } from '@mcp/protocol'

import { bodyTooLarge } from './body-collector.ts'
import type { RawRequest } from '../service.ts'

/** Limits of a JSON body. */
export interface BodyLimits {
  /** Maximum size of the body, in bytes. Default: 4 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** Maximum nesting of objects and arrays. Default: 128. */
  readonly maxDepth?: number | undefined
  /** Maximum number of values in the body, counted at all levels of nesting. Default: 50,000. */
  readonly maxValues?: number | undefined
}

/**
 * Parses the JSON body of a request.
 *
 * @throws McpError `payload-too-large` if a limit is exceeded, `parse-error` for invalid JSON or UTF-8,
 * `invalid-request` for a content type other than JSON, or for a request from a web page without one.
 */
export function readJson(
  request: Pick<RawRequest, 'header' | 'body'>,
  limits: BodyLimits = {},
): unknown {
  const { maxBodyBytes = defaultLimits.maxBodyBytes, maxDepth } = limits
  const { maxValues = defaultLimits.maxValues } = limits
  const { body } = request
  if (body.byteLength > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
  return parseJson(decodeJsonBody(body, requireJsonType(request)), { maxDepth, maxValues })
}

/**
 * Parses the JSON body of a request. Returns an empty object if the request has no body.
 *
 * @throws McpError with the same codes as {@link readJson}.
 */
export function readOptionalJson(
  request: Pick<RawRequest, 'header' | 'body'>,
  limits: BodyLimits = {},
): unknown {
  if (request.body.byteLength > 0) return readJson(request, limits)
  if (isFromBrowser(request)) decodeJsonBody(request.body, requireJsonType(request))
  return {}
}

/**
 * Returns the content type. A request from a web page must have one, even without a body. With the
 * content type JSON, a browser sends a cross-site POST only after a successful preflight. Another
 * website could send a POST without a content type, and the browser would not send a preflight.
 */
function requireJsonType(request: Pick<RawRequest, 'header'>): string | undefined {
  const contentType = request.header('content-type')
  if (!contentType && isFromBrowser(request)) {
    throw new McpError('invalid-request', 'Missing content type. Send "application/json".', {
      details: { header: 'content-type' },
    })
  }
  return contentType
}

function isFromBrowser(request: Pick<RawRequest, 'header'>): boolean {
  return (request.header('origin') ?? request.header('sec-fetch-site')) !== undefined
}

/**
 * Decodes the text of a JSON body.
 *
 * @throws McpError `invalid-request` for a content type other than JSON, `parse-error` for invalid
 * UTF-8.
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

// The content types that most clients send. Parsing any other content type takes 0.1 µs longer.
const commonTypes: ReadonlySet<string> = new Set([
  'application/json',
  'application/json; charset=utf-8',
])

function isJsonType(contentType: string): boolean {
  if (commonTypes.has(contentType)) return true
  const [media = ''] = contentType.split(';', 1)
  return /^application\/([a-z0-9.-]+\+)?json$/i.test(media.trim())
}
