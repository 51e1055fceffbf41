import type {
  MaybePromise,
  NotificationEnvelope,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
  ServerDescription,
  ServerListing,
} from '@mcp/protocol'

/** The caller for whom operations are listed. */
export type CatalogueCaller = Pick<RequestContext, 'principal' | 'claims' | 'address'>

/**
 * The part of a dispatcher that a session manager uses. `createDispatcher` of `@mcp/dispatcher` creates
 * a dispatcher.
 */
export interface RequestDispatcher {
  /** Processes a request and returns its response before its deadline. Never throws and never rejects. */
  dispatch(
    request: RequestEnvelope,
    context?: Partial<RequestContext>,
  ): MaybePromise<ResponseEnvelope>
  /** Returns the operation that a request addresses, if a server has described it. */
  operationOf(request: RequestEnvelope): OperationDescription | undefined
  /**
   * Returns the last description of every server. With a caller, it contains only the operations that the
   * caller may use.
   */
  descriptions(caller?: CatalogueCaller): readonly ServerDescription[]
  servers(caller?: CatalogueCaller): Promise<readonly ServerListing[]>
  /** Subscribes to the notifications of all servers. */
  subscribe(listener: (notification: NotificationEnvelope, serverName: string) => void): () => void
  /** Releases the resources that these servers hold for an ended session. Default: all servers. */
  sessionClosed(sessionId: string, serverNames?: readonly string[]): Promise<void>
}
