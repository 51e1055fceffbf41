import type { ServiceSigner } from '@mcp/http'
import { isSameSecret, serviceHeaders } from '@mcp/http'

import type { HttpFailure, HttpTransport } from './http-transport.ts'

export const feedPath = '/notifications'

/**
 * A transport that signs requests. It refuses responses without the proof that the server has the
 * service token.
 */
export interface SignedTransport extends HttpTransport {
  /** Whether the server has given a proof since the last failure. */
  isProven(): boolean
  /**
   * Whether the server has given a proof since the last failure and its notification stream is open.
   * If the server process ends, the stream fails, and the proof is no longer valid.
   */
  isWatched(): boolean
}

/**
 * Creates a transport that signs every request and verifies every response. `onRefused` receives the
 * first problem, and further problems only after the server has given a proof again.
 */
export function createSignedTransport(
  transport: HttpTransport,
  sign: ServiceSigner,
  onRefused: (problem: string) => void,
): SignedTransport {
  let hasFeed = false
  let failures = 0
  // Value of the failure counter when the latest proven request was sent.
  let provenAfter = -1
  let isReported = false

  function fail(isFeed: boolean): void {
    failures++
    if (isFeed) hasFeed = false
  }

  /** Creates the failure for a response without proof, and reports the first such response. */
  function refuse(status: number): HttpFailure {
    const problem = problemOf(status)
    // A busy host may respond with 503 or 413 before its server receives the request.
    const isBusy = status === 503 || status === 413
    if (!isReported && !isBusy) onRefused(problem)
    isReported ||= !isBusy
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
            // The proof counts only if there was no failure after the request was sent. After a failure,
            // another process may have replaced the process that sent this response.
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
  if (status === 401) {
    return 'refused this process. Both need the same service token, and their clocks must differ by less than a minute'
  }
  return status >= 400
    ? `responded with HTTP ${status}, and did not prove that it has the service token`
    : 'did not prove that it has the service token. Another program may listen on its port'
}

/** Returns the value of a header in a list of alternating names and values. */
function valueOf(headers: readonly string[], name: string): string | undefined {
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at] === name) return headers[at + 1]
  }
  return undefined
}
