import type { HttpHandler, HttpRequest, HttpTransport } from './http-transport.ts'
import { isConnectFailure } from './http-transport.ts'

/** HTTP by `fetch`: for every runtime, at some 400 µs a request where undici's pool takes 55. */
export function createFetchTransport(
  baseUrl: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): HttpTransport {
  const open = new Set<AbortController>()

  async function exchange(
    { method, path, headers, body }: HttpRequest,
    handler: HttpHandler,
    controller: AbortController,
  ): Promise<void> {
    const { signal } = controller
    let isHeadThere = false
    try {
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: pairs(headers),
        // Another origin must never get the service token.
        redirect: 'error',
        signal,
        ...(body === undefined ? {} : { body: sendable(body) }),
      })
      isHeadThere = true
      if (signal.aborted) return
      handler.onHead(response.status, response.headers.get('content-type') ?? undefined)
      if (response.body !== null) {
        for await (const bytes of response.body) {
          if (signal.aborted) return
          handler.onData(bytes)
        }
      }
      if (!signal.aborted) handler.onEnd()
    } catch (cause) {
      if (signal.aborted) return
      const isUnsent = !isHeadThere && isConnectFailure(cause)
      handler.onError({ fault: isUnsent ? 'not-sent' : 'outcome-unknown', cause })
    } finally {
      open.delete(controller)
    }
  }

  return {
    send(request, handler) {
      const controller = new AbortController()
      open.add(controller)
      void exchange(request, handler, controller)
      return () => controller.abort()
    },
    async close() {
      for (const controller of open) controller.abort()
    },
  }
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
