import { isErrorBody, isRecord, McpError, parseJson } from '@mcp/protocol/light'

/** Creates the error for an unexpected response. `expected` completes "did not return …". */
export function invalidResponse(from: string, expected: string, cause?: unknown): McpError {
  return new McpError('upstream-error', `${from} did not return ${expected}.`, { cause })
}

/** Parses JSON. Throws `upstream-error` if the text is not valid JSON. */
export function readJson(text: string, from: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    throw invalidResponse(from, 'JSON', cause)
  }
}

/**
 * Creates the error for an HTTP error response. `details.retryAfterMs` is set from `Retry-After`, unless the
 * body contains it.
 */
export function readFailure(
  { status, headers }: Response,
  text: string,
  { from, now }: { readonly from: string; readonly now: number },
): McpError {
  const body = bodyError(text)
  const { code, message, retryable, details } = isErrorBody(body) ? body : statusError(status, from)
  const retryAfterMs = readRetryAfter(headers.get('retry-after') ?? 'none', now)
  return new McpError(code, message, {
    retryable,
    details: retryAfterMs === undefined ? details : { retryAfterMs, ...details },
  })
}

/** Creates the error for a response without an error of the session manager, such as that of a proxy. */
function statusError(status: number, from: string): McpError {
  // A proxy returns these statuses while the session manager restarts. A retry is safe, because it has
  // the same request id.
  const isTemporary = status === 429 || (status > 501 && status < 505)
  const code = isTemporary ? 'unavailable' : codesFrom401[status - 401]
  return new McpError(code ?? 'upstream-error', `${from} returned HTTP ${status}.`, {
    details: { status },
  })
}

/** Codes of the statuses 401 to 404. A list makes the bundle smaller than a record. */
const codesFrom401 = ['unauthenticated', undefined, 'forbidden', 'not-found'] as const

function bodyError(text: string): unknown {
  try {
    const body = parseJson(text)
    return isRecord(body) ? body['error'] : undefined
  } catch {
    return undefined
  }
}

function readRetryAfter(header: string, now: number): number | undefined {
  const seconds = Number(header)
  const ms = seconds >= 0 ? seconds * 1000 : Date.parse(header) - now
  return ms >= 0 ? ms : undefined
}

/** Reads the body of an HTTP response. */
export async function readText(response: Response, from: string): Promise<string> {
  try {
    return await response.text()
  } catch (cause) {
    throw connectionBroken(from, cause)
  }
}

/** Creates the error for a response that was cut off. */
export function connectionBroken(from: string, cause?: unknown): McpError {
  return connectionFailed(`${from} cut off its response.`, 'connection-broken', cause)
}

/** Creates the error for a request without a complete response. */
export function connectionFailed(message: string, reason: string, cause: unknown): McpError {
  return new McpError('unavailable', message, { details: { reason }, cause })
}

/**
 * Returns an address without query, fragment and trailing slashes. In a browser, the address may be relative to
 * the page.
 *
 * @throws McpError `invalid-request`
 */
export function parseBase(text: string | URL): string {
  const url = URL.parse(text, globalThis.location?.href)
  // Credentials are refused, because error messages contain the URL and would show the password.
  if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password) {
    throw new McpError('invalid-request', 'url must be an HTTP URL without credentials.')
  }
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/**
 * Returns an id as a segment of a path.
 *
 * @throws McpError `invalid-params` for half of a surrogate pair, which cannot be encoded, and for an empty id or
 * dots, which `fetch` would remove, so that the call would reach another route.
 */
export function pathSegment(id: string): string {
  if (!id.isWellFormed() || /^\.{0,2}$/.test(id)) {
    throw new McpError('invalid-params', `Invalid id: ${JSON.stringify(id)}.`)
  }
  return encodeURIComponent(id)
}

/** Creates the error for a large result if `readLargeResults` is false. */
export function tooLarge(details: Readonly<Record<string, unknown>>): McpError {
  return new McpError('payload-too-large', 'The result is too large for one response.', { details })
}
