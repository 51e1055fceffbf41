import type { RequestContext, RequestEnvelope } from '@mcp/protocol'

/** A request as the session manager received it. */
export interface IncomingRequest extends CallContext {
  readonly sessionId: string
  readonly owner: string | undefined
  /** Network address of the caller, if known. */
  readonly address?: string | undefined
  readonly request: RequestEnvelope
  /** Whether the caller chose the id. Otherwise the request cannot be repeated. */
  readonly hasId: boolean
  /** The received bytes of the request, if they contain its id. */
  readonly body?: Uint8Array | undefined
  /** Size of the received request. Default: the size of `body`. */
  readonly bytes?: number | undefined
  /** Whether the caller receives progress and chunks as a stream. */
  readonly isStreamed?: boolean | undefined
}

/** Returns the size of a received request, in bytes; 0 if it is not known. */
export const sizeOf = ({ bytes, body }: IncomingRequest): number => bytes ?? body?.byteLength ?? 0

/** The part of the context that a caller within this process may set. */
export type CallContext = Partial<
  Pick<
    RequestContext,
    // Receives progress, chunks and log messages instead of a stream.
    | 'onEvent'
    // Receives the interactions of the operation. Default: they are sent to the clients of the session.
    | 'ask'
    // Interactions are returned to the caller, which repeats the request with the responses.
    | 'rounds'
    | 'client'
    | 'claims'
    | 'resultBytes'
    | 'trace'
  >
>
