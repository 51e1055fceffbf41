import { parseJson } from '@mcp/protocol'
import { defaultLimits } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import { bodyTooLarge } from './read-body.ts'
import type { RawRequest } from './service.ts'

/** Limits of a JSON body. */
export interface BodyLimits {
  /** Maximum size of the body, in bytes. Default: 4 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** Maximum nesting of objects and arrays. Default: 128. */
  readonly maxDepth?: number | undefined
}

/**
 * The JSON value a request carries.
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
  // A page may post to another site without asking it first, as long as it names no JSON.
  if (
    !contentType &&
    (request.header('origin') ?? request.header('sec-fetch-site')) !== undefined
  ) {
    throw new McpError('invalid-request', 'There is no content type; send "application/json".', {
      details: { header: 'content-type' },
    })
  }
  return parseJson(decodeJsonBody(body, contentType), maxDepth)
}

/**
 * The text of a JSON body.
 *
 * @throws McpError `invalid-request` for another content type, `parse-error` where it is not UTF-8.
 */
export function decodeJsonBody(body: Uint8Array, contentType: string | undefined): string {
  if (contentType !== undefined && contentType !== '' && !isJsonType(contentType)) {
    throw new McpError(
      'invalid-request',
      `The content type is "${contentType.slice(0, 100)}"; send "application/json".`,
      { details: { header: 'content-type' } },
    )
  }
  try {
    return utf8.decode(body)
  } catch (cause) {
    throw new McpError('parse-error', 'The body is not UTF-8.', { cause })
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

// What clients and our own servers write. To take another type apart costs 0.1 µs more.
const usualTypes: ReadonlySet<string> = new Set([
  'application/json',
  'application/json; charset=utf-8',
])

function isJsonType(contentType: string): boolean {
  if (usualTypes.has(contentType)) return true
  const [media = ''] = contentType.split(';', 1)
  return /^application\/([a-z0-9.-]+\+)?json$/i.test(media.trim())
}
