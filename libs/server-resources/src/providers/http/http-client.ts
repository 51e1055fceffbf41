import { createLazy } from '@mcp/concurrency'
import type { MaybePromise } from '@mcp/protocol'

/** The part of `Response` that the HTTP provider reads. */
export interface HttpResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<Uint8Array> | null
}

export interface HttpRequestInit {
  readonly method: 'GET' | 'HEAD'
  readonly headers: Record<string, string>
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

/** The standard `fetch`, or a function that supports the options and response members above. */
export type FetchFunction = (url: string, init: HttpRequestInit) => Promise<HttpResponse>

/** An HTTP client. The first request opens a connection. */
export interface HttpClient {
  fetch(url: string, init: HttpRequestInit): Promise<HttpResponse>
  close(): MaybePromise<void>
}

/**
 * Creates a client that uses the proxies in `HTTPS_PROXY` and `HTTP_PROXY`, except for hosts in
 * `NO_PROXY`.
 */
export function createHttpClient(): HttpClient {
  const opened = createLazy(async () => {
    const { EnvHttpProxyAgent, fetch } = await import('undici')
    return { agent: new EnvHttpProxyAgent(), fetch }
  })

  return {
    async fetch(url, init) {
      const { agent, fetch } = await opened.get()
      return fetch(url, { ...init, dispatcher: agent })
    },
    async close() {
      await (await opened.settled())?.agent.destroy()
    },
  }
}

/** Returns a client for a custom `fetch` function. */
export const clientOf = (fetch: FetchFunction): HttpClient => ({ fetch, close: () => {} })
