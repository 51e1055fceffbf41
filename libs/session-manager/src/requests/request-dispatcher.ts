import type {
  MaybePromise,
  NotificationEnvelope,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
  ServerListing,
} from '@mcp/protocol'

/** What a session manager needs of a dispatcher; `createDispatcher` from `@mcp/dispatcher` makes one. */
export interface RequestDispatcher {
  /** Answers; never throws, never rejects, and never later than the deadline. */
  dispatch(
    request: RequestEnvelope,
    context?: Partial<RequestContext>,
  ): MaybePromise<ResponseEnvelope>
  /** The operation a request would run, where it is known. */
  operationOf(request: RequestEnvelope): OperationDescription | undefined
  servers(): Promise<readonly ServerListing[]>
  /** Hears what every server tells. */
  subscribe(listener: (notification: NotificationEnvelope, serverName: string) => void): () => void
  /** Tells those servers that a session is over. */
  sessionClosed(sessionId: string, serverNames?: readonly string[]): Promise<void>
}
