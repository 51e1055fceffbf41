import type { RequestId, RpcMessage } from './envelope.ts'
import { statedVersion } from './envelope.ts'

/** A request of the client that has no response yet. */
export interface PendingRequest {
  readonly id: RequestId
  readonly method: string
  /**
   * Protocol version in the `_meta` of the request. Undefined for older versions, which client and server agree
   * on when they open a session.
   */
  readonly version: string | undefined
  /** Aborted when the request is cancelled, by the client or when the proxy ends. */
  readonly signal: AbortSignal
  /** Resolves when the request has its response, or is cancelled. */
  readonly settled: Promise<void>
}

export interface PendingRequests {
  readonly size: number
  /** Adds the requests among the messages, and returns them. */
  add(messages: readonly RpcMessage[]): readonly PendingRequest[]
  get(id: unknown): PendingRequest | undefined
  has(request: PendingRequest): boolean
  /** Removes a request. Returns false if it was removed before. */
  settle(request: PendingRequest): boolean
  /** Removes a request and aborts its exchange. */
  cancel(request: PendingRequest): void
  /** Cancels the requests that stay open until they are cancelled: `subscriptions/listen`. */
  cancelStreams(): void
  /** Cancels all requests. */
  cancelAll(): void
  /** Resolves when no request is pending. May be called once. */
  whenEmpty(): Promise<void>
}

export function createPendingRequests(): PendingRequests {
  const requests = new Map<unknown, PendingRequest>()
  const details = new Map<PendingRequest, { readonly abort: () => void; resolve(): void }>()
  let resolveEmpty = (): void => {}

  function track(id: RequestId, method: string, version: string | undefined): PendingRequest {
    const controller = new AbortController()
    let resolve = (): void => {}
    const settled = new Promise<void>((done) => {
      resolve = done
    })
    const request = { id, method, version, signal: controller.signal, settled }
    requests.set(id, request)
    details.set(request, { abort: () => controller.abort(), resolve })
    return request
  }

  function settle(request: PendingRequest): boolean {
    const detail = details.get(request)
    if (detail === undefined) return false
    details.delete(request)
    // A client may have used the same id again.
    if (requests.get(request.id) === request) requests.delete(request.id)
    detail.resolve()
    if (details.size === 0) resolveEmpty()
    return true
  }

  function cancel(request: PendingRequest): void {
    const detail = details.get(request)
    settle(request)
    detail?.abort()
  }

  return {
    get size() {
      return details.size
    },
    add: (messages) =>
      messages.flatMap((message) =>
        message.type === 'request'
          ? [track(message.id, message.method, statedVersion(message))]
          : [],
      ),
    get: (id) => requests.get(id),
    has: (request) => details.has(request),
    settle,
    cancel,
    cancelStreams() {
      for (const request of details.keys()) {
        if (request.method === 'subscriptions/listen') cancel(request)
      }
    },
    cancelAll() {
      for (const request of details.keys()) cancel(request)
    },
    whenEmpty: () =>
      new Promise((resolve) => {
        resolveEmpty = resolve
        if (details.size === 0) resolve()
      }),
  }
}
