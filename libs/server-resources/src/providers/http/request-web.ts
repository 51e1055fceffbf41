import { McpError } from '@mcp/protocol'

import type { HttpAnswer, Web } from './http-fetch.ts'

export interface WebRequest {
  readonly web: Web
  /** Whether an address may be asked for, be it by a caller or by a redirect. */
  readonly allows: (href: string) => boolean
  readonly uri: string
  readonly method: 'GET' | 'HEAD'
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** For all of it, the body included. */
  readonly timeoutMs: number
}

/** An answer of the web that has something to say. */
export interface WebAnswer {
  readonly status: number
  readonly headers: HttpAnswer['headers']
  /** The body, once. */
  body(): AsyncIterable<Uint8Array>
  /** Ends the request, wherever it is. */
  cancel(): Promise<void>
}

const maxRedirects = 5

/**
 * Asks for an address and follows redirects as long as they stay where the caller may read. Nothing where
 * the web has nothing there.
 *
 * @throws McpError `forbidden`, reason `redirect-escape`; `upstream-error`; `timeout`.
 */
export async function requestWeb(request: WebRequest): Promise<WebAnswer | undefined> {
  const { web, allows, uri, method, headers, signal, timeoutMs } = request
  const controller = new AbortController()
  const timeout = AbortSignal.timeout(timeoutMs)
  const init = {
    method,
    // Packed, a part of the bytes would be part of the packing.
    headers: { 'accept-encoding': 'identity', ...headers },
    redirect: 'manual' as const,
    signal: AbortSignal.any([signal, timeout, controller.signal]),
  }
  const cancel = async (): Promise<void> => controller.abort()

  function failure(thrown: unknown): unknown {
    if (McpError.is(thrown) || signal.aborted) return thrown
    if (timeout.aborted) {
      return new McpError('timeout', `${shown(uri)} took longer than ${timeoutMs} ms.`, {
        retryable: true,
      })
    }
    return upstreamError(uri, 'could not be reached', {}, thrown)
  }

  async function* readBody({ body }: HttpAnswer): AsyncGenerator<Uint8Array> {
    try {
      if (body !== null) yield* body
    } catch (thrown) {
      throw failure(thrown)
    }
  }

  async function follow(url: string, redirects: number): Promise<HttpAnswer> {
    const answer = await web.fetch(url, init)
    const location = answer.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === null) return answer
    if (redirects === maxRedirects) throw upstreamError(uri, 'redirects too often', {})
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined
    if (next !== undefined) next.hash = ''
    if (next === undefined || !allows(next.href)) throw redirectEscape(uri)
    return follow(next.href, redirects + 1)
  }

  try {
    const answer = await follow(uri, 0)
    const { status } = answer
    if (status === 404 || status === 410) {
      await cancel()
      return undefined
    }
    const isOfUse = (status >= 200 && status < 300) || [304, 405, 416, 501].includes(status)
    if (!isOfUse || (method === 'GET' && [405, 501].includes(status))) {
      throw upstreamError(uri, `answered with status ${status}`, { status })
    }
    return { status, headers: answer.headers, body: () => readBody(answer), cancel }
  } catch (thrown) {
    await cancel()
    throw failure(thrown)
  }
}

const shown = (uri: string): string => uri.slice(0, 200)

function upstreamError(
  uri: string,
  problem: string,
  details: Readonly<Record<string, unknown>>,
  cause?: unknown,
): McpError {
  const { status } = details
  // What the other side says of the request itself will be the same next time.
  const retryable = typeof status !== 'number' || status >= 500 || status === 429
  return new McpError('upstream-error', `${shown(uri)} ${problem}.`, { retryable, details, cause })
}

function redirectEscape(uri: string): McpError {
  return new McpError(
    'forbidden',
    `${shown(uri)} redirects to an address that this server may not read.`,
    { details: { reason: 'redirect-escape' } },
  )
}
