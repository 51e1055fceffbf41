import type { HttpHandler, HttpRequest, HttpTransport } from './http-transport.ts'
import { isConnectFailure } from './http-transport.ts'

/** HTTP by `fetch`: for every runtime, at some 400 µs a request where undici's pool takes 55. */
export function createFetchTransport(
  baseUrl: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): HttpTransport {
  const open = new Set<OpenExchange>()

  async function exchange(
    { method, path, headers, body }: HttpRequest,
    handler: HttpHandler,
    current: OpenExchange,
  ): Promise<void> {
    let isHeadThere = false
    try {
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: pairs(headers),
        // Another origin must never get the service token.
        redirect: 'error',
        signal: current.controller.signal,
        ...(body === undefined ? {} : { body: sendable(body) }),
      })
      isHeadThere = true
      if (current.isBrokenOff) return
      handler.onHead(response.status, response.headers.get('content-type') ?? undefined)
      if (response.body !== null) {
        for await (const bytes of response.body) {
          if (current.isBrokenOff) return
          handler.onData(bytes)
        }
      }
      if (!current.isBrokenOff) handler.onEnd()
    } catch (cause) {
      if (current.isBrokenOff) return
      const isUnsent = !isHeadThere && isConnectFailure(cause)
      handler.onError({ fault: isUnsent ? 'not-sent' : 'outcome-unknown', cause })
    } finally {
      open.delete(current)
    }
  }

  return {
    send(request, handler) {
      const current: OpenExchange = { controller: new AbortController(), isBrokenOff: false }
      open.add(current)
      void exchange(request, handler, current)
      return () => {
        current.isBrokenOff = true
        current.controller.abort()
      }
    },
    async close() {
      for (const { controller } of open) controller.abort()
    },
  }
}

interface OpenExchange {
  readonly controller: AbortController
  /** Its caller wants to hear nothing more. */
  isBrokenOff: boolean
}

function pairs(flat: readonly string[]): [string, string][] {
  const list: [string, string][] = []
  for (let at = 0; at < flat.length; at += 2) list.push([flat[at] ?? '', flat[at + 1] ?? ''])
  return list
}

// `fetch` takes no view of shared memory, so bytes are copied.
function sendable(body: string | Uint8Array): string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' ? body : new Uint8Array(body)
}
