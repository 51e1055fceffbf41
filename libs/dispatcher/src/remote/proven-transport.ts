import type { ServiceSigner } from '@mcp/http'
import type { Clock } from '@mcp/protocol'

import type { HttpFailure, HttpTransport } from './http-transport.ts'
import { createSignedTransport, feedPath } from './signed-transport.ts'

export interface ProvenTransportOptions {
  readonly transport: HttpTransport
  readonly sign: ServiceSigner
  readonly clock: Clock
  /** Receives the first problem with the proof, and further problems only after a valid proof. */
  readonly onRefused: (problem: string) => void
}

/** A request that waits for the proof of the server. */
interface Waiter {
  send(): void
  fail(failure: HttpFailure): void
}

// Requests to these paths contain no data of a caller, so they may be sent before the server has given
// a proof.
const anonymousPaths: ReadonlySet<string> = new Set([feedPath, '/capabilities', '/health'])
const challengeTimeoutMs = 5000

/**
 * Creates a transport to a server that must prove that it has the service token. Every request is
 * signed, and every response must contain the proof that belongs to the signature. A malicious program
 * that listens on the port of the server cannot forge the proof.
 *
 * The server receives data of callers only after it has given a proof. The proof remains valid while
 * the notification stream is open and no exchange fails. Otherwise, `GET /proof` requests a new proof
 * before requests are sent.
 */
export function createProvenTransport(options: ProvenTransportOptions): HttpTransport {
  const { clock } = options
  const signed = createSignedTransport(options.transport, options.sign, options.onRefused)
  const waiting = new Set<Waiter>()

  function settleWaiting(settle: (waiter: Waiter) => void): void {
    const settled = Array.from(waiting)
    for (const waiter of settled) {
      // A waiter that is settled may abort another waiter, which is then no longer in the set.
      if (waiting.delete(waiter)) settle(waiter)
    }
  }

  /** Requests the proof once for all waiting requests. */
  function challenge(): void {
    const failWaiting = (failure: HttpFailure): void => {
      cancelTimer()
      settleWaiting((waiter) => waiter.fail({ ...failure, fault: 'not-sent' }))
    }
    const abort = signed.send(
      { method: 'GET', path: '/proof', headers: [] },
      {
        onHead() {
          cancelTimer()
          if (signed.isProven()) settleWaiting((waiter) => waiter.send())
          else challenge()
        },
        onData() {},
        onEnd() {},
        onError: failWaiting,
      },
    )
    const cancelTimer = clock.after(challengeTimeoutMs, () => {
      abort()
      failWaiting({ fault: 'not-sent', cause: undefined, problem: 'does not respond' })
    })
  }

  return {
    send(request, handler) {
      if (signed.isWatched() || anonymousPaths.has(request.path)) {
        return signed.send(request, handler)
      }
      const waiter: Waiter = {
        send() {
          abort = signed.send(request, handler)
        },
        fail: (failure) => handler.onError(failure),
      }
      let abort = (): void => {
        waiting.delete(waiter)
      }
      waiting.add(waiter)
      if (waiting.size === 1) challenge()
      return () => abort()
    },
    close: () => signed.close(),
  }
}
