import type { MaybePromise } from '@mcp/protocol'

/** The properties of `Response` that are used. */
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

/** The standard `fetch`, or a function that supports these parameters and properties. */
export type FetchFunction = (url: string, init: HttpRequestInit) => Promise<HttpResponse>

/** An HTTP client that opens its connections on first use. */
export interface HttpClient {
  fetch(url: string, init: HttpRequestInit): Promise<HttpResponse>
  close(): MaybePromise<void>
}

/** Creates a client that uses the proxies of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
export function createHttpClient(): HttpClient {
  let opening: ReturnType<typeof open> | undefined

  async function open() {
    const { EnvHttpProxyAgent, fetch } = await import('undici')
    return { agent: new EnvHttpProxyAgent(), fetch }
  }

  return {
    async fetch(url, init) {
      const { agent, fetch } = await (opening ??= open())
      return fetch(url, { ...init, dispatcher: agent })
    },
    async close() {
      await (await opening)?.agent.destroy()
    },
  }
}

/** Wraps a `fetch` function of the caller. */
export const clientOf = (fetch: FetchFunction): HttpClient => ({ fetch, close: () => {} })
