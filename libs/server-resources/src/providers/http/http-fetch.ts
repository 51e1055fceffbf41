import type { MaybePromise } from '@mcp/protocol'

/** What is read of an answer. Any `Response` is one. */
export interface HttpAnswer {
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

/** The part of `fetch` that is used. */
export type FetchFunction = (url: string, init: HttpRequestInit) => Promise<HttpAnswer>

/** A way to the web that is opened on first use. */
export interface Web {
  fetch(url: string, init: HttpRequestInit): Promise<HttpAnswer>
  close(): MaybePromise<void>
}

/** Goes through the proxies that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name. */
export function createWeb(): Web {
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

/** The way that a function of the caller's is. */
export const webOf = (fetch: FetchFunction): Web => ({ fetch, close: () => {} })
