import type { MaybePromise } from '@mcp/protocol'

/** Something that answers HTTP: on any runtime by `fetch`, and faster where a host knows `hotRoute`. */
export interface Service {
  fetch(request: Request, peer?: Peer): Promise<Response>
  /**
   * The few routes worth a short way. A host that reads bodies itself asks here first, by method and
   * path (with its query, without the mount's prefix); `undefined` means: use `fetch`. Both ways
   * reach the same code and the same guards.
   */
  readonly fastRoute?: (method: string, path: string) => RawHandler | undefined
  /** Stops answering, ends what is in flight, and releases what it holds. Twice is harmless. */
  close(): Promise<void>
}

/** Who is at the other end of the connection. */
export interface Peer {
  /** Whether it is on this machine; `undefined` where the host cannot tell. */
  readonly isLoopback: boolean | undefined
}

/** A request whose body was read, within the limit, by the host. */
export interface RawRequest {
  /** Lower-case names. */
  header(name: string): string | undefined
  readonly body: Uint8Array
  /** Aborted when the caller's connection is gone. */
  readonly signal: AbortSignal
  readonly peer: Peer
}

/** An answer: a whole body, or a stream of bytes. */
export type RawResponse =
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      /** Begins the stream and returns what ends it from the reader's side. */
      readonly stream: (sink: ByteSink) => () => void
    }

/** Where a stream's bytes go. */
export interface ByteSink {
  /** Queues bytes, and says how many bytes wait to be sent now. */
  write(bytes: Uint8Array): number
  /** Sends what waits, then ends. */
  end(): void
  /** Drops what waits, and breaks the connection. */
  destroy(): void
}

export type RawHandler = (request: RawRequest) => MaybePromise<RawResponse>
