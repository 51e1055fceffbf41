import type { MaybePromise } from '@mcp/protocol'

/** An HTTP service: `fetch` works on every runtime, `fastRoute` is faster on hosts that support it. */
export interface Service {
  fetch(request: Request, peer?: Peer): Promise<Response>
  /**
   * Returns a frequent route, by method and path (with its query, without the prefix of a mount), or
   * `undefined` if the host must call `fetch`. Both run the same code and the same checks.
   */
  readonly fastRoute?: (method: string, path: string) => RawRoute | undefined
  /** Maximum size of a request body, in bytes, which the host enforces. Default: 4 MiB. */
  readonly maxBodyBytes?: number | undefined
  /**
   * Ends event streams with a last event, refuses further requests, aborts those still in flight after
   * the grace period with an error response, and releases all resources. Idempotent.
   */
  close(options?: CloseOptions): Promise<void>
}

export interface CloseOptions {
  /** Time for the requests in flight to complete, in milliseconds. */
  readonly graceMs?: number | undefined
}

/** The other end of the connection. */
export interface Peer {
  /** Whether it is on this machine; `undefined` if the host does not know. */
  readonly isLoopback: boolean | undefined
  /** Its network address: of IPv6 the /64 network. Absent on this machine, or if unknown. */
  readonly address?: string | undefined
}

/** The part of a request that is known before its body is read. */
export interface RequestHead {
  /** Returns a header. Names are lower-case. */
  header(name: string): string | undefined
  /** Aborted when the caller's connection closes. */
  readonly signal: AbortSignal
  readonly peer: Peer
}

/** A request whose body the host has read, up to the limit. */
export interface RawRequest extends RequestHead {
  readonly body: Uint8Array
}

/** A response: a complete body, or a stream of bytes. */
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
  /** Queues bytes, and returns how many bytes are now queued. */
  write(bytes: Uint8Array): number
  /** Sends what is queued, then ends. */
  end(): void
  /** Drops what is queued, and closes the connection. */
  destroy(): void
}

export type RawHandler = (request: RawRequest) => MaybePromise<RawResponse>

/**
 * Decides by the headers of a request whether its body is read: returns the handler that takes the
 * body, or the response of a refusal. A caller without credentials thereby cannot fill the memory.
 */
export type RawRoute = (head: RequestHead) => MaybePromise<RawHandler | RawResponse>
