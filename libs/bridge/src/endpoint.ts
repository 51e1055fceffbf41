import type { Principal, RawRequest, RawResponse } from '@mcp/http'
import type { ServerDescription } from '@mcp/protocol'

import type { View } from './catalogue/view.ts'

/** A request to `/mcp`, after its caller was authenticated and its body was read. */
export interface EndpointRequest {
  readonly method: string
  readonly request: RawRequest
  /** The parsed body of a POST. */
  readonly body: unknown
  readonly principal: Principal | undefined
  readonly servers: readonly ServerDescription[]
  readonly view: View
}

/** Serves the clients of one era of the standard, or of both. */
export interface Endpoint {
  handle(received: EndpointRequest): Promise<RawResponse>
  /** Ends the GET streams of legacy clients, and cancels the modern calls that wait for their clients. */
  close(): void
}
