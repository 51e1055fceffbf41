import { serviceHeaders } from '@mcp/http'
import type { Dispatcher } from 'undici'
import { Pool } from 'undici'

import type { HttpTransport } from './http-transport.ts'

const connectTimeoutMs = 2000

/**
 * Creates a transport over undici's connection pool. A request takes about an eighth of the time of
 * `fetch`.
 */
export function createNodeTransport(baseUrl: string): HttpTransport {
  const { origin, pathname } = new URL(baseUrl)
  const basePath = pathname === '/' ? '' : pathname
  const pool = new Pool(origin, {
    // A connection transmits one request at a time. Otherwise, if a connection broke, the requests of
    // several callers would fail.
    pipelining: 1,
    allowH2: false,
    connectTimeout: connectTimeoutMs,
    // These timeouts are disabled, because each request has a deadline, and event streams may be silent.
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  return {
    send({ method, path, headers, body = null }, handler) {
      let controller: Dispatcher.DispatchController | undefined
      let isDone = false
      // undici calls `onRequestStart` when it writes the request to a connection. Without that call,
      // the request was not sent.
      pool.dispatch(
        { method, path: basePath + path, headers, body },
        {
          onRequestStart(started) {
            controller = started
            if (isDone) started.abort(new Error('Aborted by the caller.'))
          },
          onResponseStart(_controller, status, head) {
            if (isDone) return
            handler.onHead(status, single(head['content-type']), single(head[serviceHeaders.proof]))
          },
          onResponseData(_controller, bytes) {
            if (!isDone) handler.onData(bytes)
          },
          onResponseEnd() {
            if (isDone) return
            isDone = true
            handler.onEnd()
          },
          onResponseError(_controller, cause) {
            if (isDone) return
            isDone = true
            const fault = controller === undefined ? 'not-sent' : 'outcome-unknown'
            handler.onError({ fault, cause })
          },
        },
      )
      return () => {
        if (isDone) return
        isDone = true
        controller?.abort(new Error('Aborted by the caller.'))
      }
    },
    close: () => pool.destroy(),
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value
}
