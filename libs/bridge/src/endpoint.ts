import type { Principal, RawRequest, RawResponse } from '@mcp/http'
import type { ServerDescription } from '@mcp/protocol'

import type { View } from './catalogue/view.ts'

/** A request to `/mcp` or to a view such as `/mcp/database`, after its caller was authenticated and its body was read. */
export interface EndpointRequest {
  readonly method: string
  readonly request: RawRequest
  /** The parsed body of a POST. */
  readonly body: unknown
  readonly principal: Principal | undefined
  readonly servers: readonly ServerDescription[]
  readonly view: View
}

/** Serves MCP clients of the legacy versions (before 2026-07-28), of the modern versions, or of both. */
export interface Endpoint {
  handle(received: EndpointRequest): Promise<RawResponse>
  /** Ends the GET streams of legacy clients, and cancels the calls of modern clients that wait for a response of
   * the client. */
  close(): void
}
