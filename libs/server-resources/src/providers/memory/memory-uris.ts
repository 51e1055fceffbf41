import { McpError } from '@mcp/protocol'

/**
 * Returns the canonical form of a path. Unreserved characters, and unencoded separators such as `/`, stay
 * unencoded. All other characters are percent-encoded.
 *
 * @throws McpError `invalid-params`, reason `uri-syntax`.
 */
export function canonicalizePath(path: string, uri: string): string {
  if (path === '') throw invalidUri(uri, 'has no path')
  try {
    return path
      .split(/([/?&=,;:@#+])/)
      .map((piece, index) => (index % 2 === 1 ? piece : encodeSegment(decodeURIComponent(piece))))
      .join('')
  } catch (cause) {
    throw invalidUri(uri, 'has an invalid percent encoding', cause)
  }
}

/**
 * Percent-encodes text as the expansion of a URI template does. In addition to `encodeURIComponent`, this
 * encodes the characters `!'()*`.
 */
export function encodeSegment(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Returns the last segment of a URI, decoded. */
export function nameOf(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1))
}

function invalidUri(uri: string, problem: string, cause?: unknown): McpError {
  return new McpError('invalid-params', `${uri.slice(0, 200)} ${problem}.`, {
    details: { reason: 'uri-syntax' },
    cause,
  })
}
