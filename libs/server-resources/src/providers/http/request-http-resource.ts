import { McpError } from '@mcp/protocol'

import type { HttpResponse, HttpClient } from './http-client.ts'

export interface HttpResourceRequest {
  readonly client: HttpClient
  /** Returns whether a redirect to a URL may be followed. */
  readonly allows: (href: string) => boolean
  readonly uri: string
  readonly method: 'GET' | 'HEAD'
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Timeout of the whole request, including the body, in milliseconds. */
  readonly timeoutMs: number
}

/** A response with status 2xx, 304 or 416. The response to HEAD may also have status 405 or 501. */
export interface HttpResourceResponse {
  readonly status: number
  readonly headers: HttpResponse['headers']
  /** Returns the body. Can be called once. */
  body(): AsyncIterable<Uint8Array>
  /** Aborts the request, even while the body is read. */
  cancel(): Promise<void>
}

const maxRedirects = 5

/**
 * Requests a URL and follows redirects to allowed URLs. Returns undefined if the resource does not exist.
 *
 * @throws McpError `forbidden`, reason `redirect-escape`, for a redirect to another URL; `upstream-error`
 *   for an unexpected status or a failed connection; `timeout`.
 */
export async function requestHttpResource(
  request: HttpResourceRequest,
): Promise<HttpResourceResponse | undefined> {
  const { client, allows, uri, method, headers, signal, timeoutMs } = request
  const controller = new AbortController()
  const timeout = AbortSignal.timeout(timeoutMs)
  const init = {
    method,
    // Requests an uncompressed body, because a range of a compressed body would be a range of compressed
    // bytes.
    headers: { 'accept-encoding': 'identity', ...headers },
    redirect: 'manual' as const,
    signal: AbortSignal.any([signal, timeout, controller.signal]),
  }
  const cancel = async (): Promise<void> => controller.abort()

  function toError(thrown: unknown): unknown {
    if (McpError.is(thrown) || signal.aborted) return thrown
    if (timeout.aborted) {
      return new McpError('timeout', `${shortened(uri)} did not respond within ${timeoutMs} ms.`, {
        retryable: true,
      })
    }
    return upstreamError(uri, 'is unreachable', {}, thrown)
  }

  async function* readBody({ body }: HttpResponse): AsyncGenerator<Uint8Array> {
    try {
      if (body !== null) yield* body
    } catch (thrown) {
      throw toError(thrown)
    }
  }

  async function follow(url: string, redirects: number): Promise<HttpResponse> {
    const response = await client.fetch(url, init)
    const location = response.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response
    if (redirects === maxRedirects)
      throw upstreamError(uri, `redirects more than ${maxRedirects} times`, {})
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined
    if (next !== undefined) next.hash = ''
    if (next === undefined || !allows(next.href)) throw redirectEscape(uri)
    return follow(next.href, redirects + 1)
  }

  try {
    const response = await follow(uri, 0)
    const { status } = response
    if (status === 404 || status === 410) {
      await cancel()
      return undefined
    }
    const isUsable = (status >= 200 && status < 300) || [304, 405, 416, 501].includes(status)
    if (!isUsable || (method === 'GET' && [405, 501].includes(status))) {
      throw upstreamError(uri, `returned status ${status}`, { status })
    }
    return { status, headers: response.headers, body: () => readBody(response), cancel }
  } catch (thrown) {
    await cancel()
    throw toError(thrown)
  }
}

const shortened = (uri: string): string => uri.slice(0, 200)

function upstreamError(
  uri: string,
  problem: string,
  details: Readonly<Record<string, unknown>>,
  cause?: unknown,
): McpError {
  const { status } = details
  // A 4xx status other than 429 rejects the request itself. A retry would receive the same status.
  const retryable = typeof status !== 'number' || status >= 500 || status === 429
  return new McpError('upstream-error', `${shortened(uri)} ${problem}.`, {
    retryable,
    details,
    cause,
  })
}

function redirectEscape(uri: string): McpError {
  return new McpError(
    'forbidden',
    `${shortened(uri)} redirects to a URL that this server must not read.`,
    { details: { reason: 'redirect-escape' } },
  )
}
