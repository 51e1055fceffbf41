import { callerAddress } from '@mcp/http'
import type { Claims, RawRequest, RawResponse } from '@mcp/http'
import type { JsonSchema, MaybePromise } from '@mcp/protocol'

import type { CatalogueCaller } from '../request-dispatcher.ts'

/** One route of the HTTP API, with its description for the OpenAPI document. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path template, such as `/sessions/{sessionId}`. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly description?: string | undefined
  /**
   * Permitted callers. `public`: all callers. `caller`: authenticated callers, or all callers without
   * the option `authenticate`. `internal`: other processes of this system. `caller-or-internal`: both.
   */
  readonly access: 'public' | 'caller' | 'internal' | 'caller-or-internal'
  /** Query and header parameters. Path parameters are derived from the path. */
  readonly parameters?: readonly JsonSchema[] | undefined
  /** Returns the content of the body by media type. It may include examples of request envelopes. */
  readonly body?: ((requestExamples: JsonSchema) => JsonSchema) | undefined
  /** The successful responses by status. Errors are described once for all routes. */
  readonly responses: Readonly<Record<number, JsonSchema>>
  /**
   * Whether the fast path serves the route. Possible only for paths without parameters and for
   * `/sessions/{sessionId}/<name>`.
   */
  readonly isFast?: boolean | undefined
  /** Whether the route serves operations. The OpenAPI document has one path for each of them. */
  readonly isOperation?: boolean | undefined
  readonly handle: RouteHandler
}

export type RouteHandler = (call: RouteCall) => MaybePromise<RawResponse>

/** A request to a route, after its caller was authenticated. */
export interface RouteCall {
  readonly request: RawRequest
  /** Id of the principal; `undefined` for anonymous and internal callers. */
  readonly owner: string | undefined
  /** Claims of the principal. */
  readonly claims?: Claims | undefined
  readonly isInternal: boolean
  readonly path: PathParameters
  readonly query: URLSearchParams
}

/** Returns the caller of a route, for whom a dispatcher lists the operations. */
export function callerOf({ owner, claims, request }: RouteCall): CatalogueCaller {
  return { principal: owner, claims, address: callerAddress(request.peer) }
}

/** The values of the placeholders in a path. The required ones are empty if the path lacks them. */
export interface PathParameters {
  readonly sessionId: string
  readonly requestId: string
  readonly interactionId: string
  /** Position of an entry of the activity. */
  readonly seq?: string
  /** Names in the path of an operation. The routes that change a server also contain its name. */
  readonly server?: string
  readonly target?: string
  readonly operation?: string
}

export const noPathParameters: PathParameters = { sessionId: '', requestId: '', interactionId: '' }
