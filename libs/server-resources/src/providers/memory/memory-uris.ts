import { McpError } from '@mcp/protocol'

/**
 * Returns the canonical form of a path: characters are percent-encoded only if necessary.
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
 * Encodes text as URI templates do, including the five characters that `encodeURIComponent` does not
 * encode.
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
