import { serviceHeaders } from '@mcp/http'

import type { HttpHandler, HttpRequest, HttpTransport } from './http-transport.ts'
import { isConnectFailure } from './http-transport.ts'

/**
 * Creates a transport over `fetch`, which works in every runtime. A request takes about 450 µs, while
 * undici's connection pool takes about 55 µs.
 */
export function createFetchTransport(
  baseUrl: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): HttpTransport {
  const open = new Set<Exchange>()

  async function run(
    { method, path, headers, body }: HttpRequest,
    handler: HttpHandler,
    exchange: Exchange,
  ): Promise<void> {
    let hasHead = false
    try {
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: toPairs(headers),
        // A redirect could send the session and the principal to another origin.
        redirect: 'error',
        signal: exchange.controller.signal,
        ...(body === undefined ? {} : { body: toFetchBody(body) }),
      })
      hasHead = true
      if (exchange.isAborted) return
      const header = (name: string) => response.headers.get(name) ?? undefined
      handler.onHead(response.status, header('content-type'), header(serviceHeaders.proof))
      if (response.body !== null) {
        for await (const bytes of response.body) {
          if (exchange.isAborted) return
          handler.onData(bytes)
        }
      }
      if (!exchange.isAborted) handler.onEnd()
    } catch (cause) {
      if (exchange.isAborted) return
      const isUnsent = !hasHead && isConnectFailure(cause)
      handler.onError({ fault: isUnsent ? 'not-sent' : 'outcome-unknown', cause })
    } finally {
      open.delete(exchange)
    }
  }

  return {
    send(request, handler) {
      const exchange: Exchange = { controller: new AbortController(), isAborted: false }
      open.add(exchange)
      void run(request, handler, exchange)
      return () => {
        exchange.isAborted = true
        exchange.controller.abort()
      }
    },
    async close() {
      for (const { controller } of open) controller.abort()
    },
  }
}

interface Exchange {
  readonly controller: AbortController
  /** Whether the caller aborted the exchange. The handler then receives nothing more. */
  isAborted: boolean
}

function toPairs(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let at = 0; at < flat.length; at += 2) pairs.push([flat[at] ?? '', flat[at + 1] ?? ''])
  return pairs
}

// The bytes are copied, because `fetch` does not accept views of shared memory.
function toFetchBody(body: string | Uint8Array): string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' ? body : new Uint8Array(body)
}
