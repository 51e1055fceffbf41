import type { ServiceSigner } from '@mcp/http'
import { isSameSecret, serviceHeaders } from '@mcp/http'

import type { HttpFailure, HttpTransport } from './http-transport.ts'

export const feedPath = '/notifications'

/** A transport that signs requests and refuses responses without the proof of the service token. */
export interface SignedTransport extends HttpTransport {
  /** Whether a response has been proven since the last failure. */
  isProven(): boolean
  /** Whether, in addition, the notification stream is open: a server that ends then is noticed. */
  isWatched(): boolean
}

/** Creates a transport that signs every request and verifies every response. `onRefused` receives problems once. */
export function createSignedTransport(
  transport: HttpTransport,
  sign: ServiceSigner,
  onRefused: (problem: string) => void,
): SignedTransport {
  let hasFeed = false
  let failures = 0
  // The number of failures before the latest request that was proven.
  let provenAfter = -1
  let isReported = false

  function fail(isFeed: boolean): void {
    failures++
    if (isFeed) hasFeed = false
  }

  /** Reports the first response without proof until the server is proven again. */
  function refuse(status: number): HttpFailure {
    const problem = problemOf(status)
    if (!isReported) onRefused(problem)
    isReported = true
    return { fault: 'outcome-unknown', cause: undefined, problem }
  }

  return {
    send(request, handler) {
      const { method, path, headers } = request
      const { signature, proof } = sign({ method, path, header: (name) => valueOf(headers, name) })
      const isFeed = path === feedPath
      const sentAfter = failures
      let isRefused = false

      const abort = transport.send(
        { ...request, headers: [...headers, serviceHeaders.signature, signature] },
        {
          onHead(status, contentType, received) {
            if (received === undefined || !isSameSecret(received, proof)) {
              isRefused = true
              fail(isFeed)
              abort()
              handler.onError(refuse(status))
              return
            }
            // A response that was on its way when the server failed proves nothing about its successor.
            provenAfter = Math.max(provenAfter, sentAfter)
            isReported = false
            if (isFeed && status === 200) hasFeed = true
            handler.onHead(status, contentType, received)
          },
          onData(bytes) {
            if (!isRefused) handler.onData(bytes)
          },
          onEnd() {
            if (isFeed) fail(true)
            if (!isRefused) handler.onEnd()
          },
          onError(failure) {
            fail(isFeed)
            if (!isRefused) handler.onError(failure)
          },
        },
      )
      return () => {
        if (isFeed) fail(true)
        abort()
      }
    },
    close: () => transport.close(),
    isProven: () => provenAfter === failures,
    isWatched: () => hasFeed && provenAfter === failures,
  }
}

function problemOf(status: number): string {
  return status === 401
    ? 'refused this process. Both need the same service token, and clocks that differ by less than a minute'
    : 'did not prove that it has the service token. Another program may listen on its port'
}

/** Returns a header in a list of names and values in turn. */
function valueOf(headers: readonly string[], name: string): string | undefined {
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at] === name) return headers[at + 1]
  }
  return undefined
}
