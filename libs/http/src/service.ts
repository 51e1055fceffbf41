import type { MaybePromise } from '@mcp/protocol'

/** An HTTP service. `fetch` works on every runtime. `fastRoute` is faster on hosts that support it. */
export interface Service {
  fetch(request: Request, peer?: Peer): Promise<Response>
  /**
   * Returns the route for a method and a path if the route is used often. Otherwise returns
   * `undefined`, and the host must call `fetch`. Both ways run the same code and the same checks. The
   * path includes the query, but not the prefix under which the service is mounted.
   */
  readonly fastRoute?: (method: string, path: string) => RawRoute | undefined
  /** Maximum size of a request body, in bytes. The host enforces it. Default: 4 MiB. */
  readonly maxBodyBytes?: number | undefined
  /**
   * Ends event streams with a last event, and refuses new requests. Requests that are still in flight
   * after the grace period are aborted and receive an error response. Then all resources are
   * released. A second call has no effect.
   */
  close(options?: CloseOptions): Promise<void>
}

export interface CloseOptions {
  /** Time for the requests in flight to complete, in milliseconds. */
  readonly graceMs?: number | undefined
}

/** The other end of the connection. */
export interface Peer {
  /** Whether the peer is on this machine; `undefined` if the host does not know. */
  readonly isLoopback: boolean | undefined
  /**
   * Network address of the peer. For IPv6, it is the /64 network. Absent if the peer is on this machine
   * or its address is unknown.
   */
  readonly address?: string | undefined
  /** Path under which the host mounts the service, if the host removed it from the path. */
  readonly pathPrefix?: string | undefined
  /** Value of the host for `authenticate`, such as a request of Express with its `user`. */
  readonly hostContext?: unknown
}

/** The part of a request that is known before its body is read. */
export interface RequestHead {
  /** Returns the value of a header by its lower-case name. */
  header(this: void, name: string): string | undefined
  /** Aborted when the caller's connection closes. */
  readonly signal: AbortSignal
  readonly peer: Peer
}

/** A request whose body the host has read. */
export interface RawRequest extends RequestHead {
  readonly body: Uint8Array
}

/** A response with a complete body, or with a stream of bytes. */
export type RawResponse =
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      /** Starts the stream. Returns the function that the host calls when the reader disconnects. */
      readonly stream: (sink: ByteSink) => () => void
    }

/** Destination of the bytes of a stream. */
export interface ByteSink {
  /** Queues bytes, and returns the number of bytes that are now queued. */
  write(bytes: Uint8Array): number
  /** Sends the queued bytes, then ends the stream. */
  end(): void
  /** Drops the queued bytes, and closes the connection. */
  destroy(): void
}

/** Returns the response to a request. */
export type RawHandler = ((request: RawRequest) => MaybePromise<RawResponse>) & {
  /**
   * Returns the response to a request whose body the host refuses, for example because it is too large.
   * Default: `errorResponse`.
   */
  readonly fail?: ((thrown: unknown) => RawResponse) | undefined
}

/**
 * Decides by the headers of a request whether the host reads the body. Returns a handler that the host
 * calls after it has read the body, or a response that refuses the request. Bodies of callers without
 * credentials are not read, so such callers cannot fill the memory.
 */
export type RawRoute = (head: RequestHead) => MaybePromise<RawHandler | RawResponse>
