import type { RawRequest, RawResponse } from '@mcp/http'
import type { JsonSchema, MaybePromise } from '@mcp/protocol'

import type { CatalogueSchemas } from './openapi-operations.ts'

/** One route of the HTTP API, with all that the router and the OpenAPI document need. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path template, such as `/sessions/{sessionId}`. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly description?: string | undefined
  /**
   * Permitted callers: everyone (`public`), an authenticated principal (`caller`, anonymous without
   * `authenticate`), or another process of this system (`internal`).
   */
  readonly access: 'public' | 'caller' | 'internal' | 'caller-or-internal'
  /** Query and header parameters. Path parameters follow from the path. */
  readonly parameters?: readonly JsonSchema[] | undefined
  /** The content of the body by media type, depending on the operations of the catalogue. */
  readonly body?: ((catalogue: CatalogueSchemas) => JsonSchema) | undefined
  /** The successful responses by status. Errors are described once for all routes. */
  readonly responses: Readonly<Record<number, JsonSchema>>
  /** Whether a host may call it without the router. Only for `/sessions/{sessionId}/<name>`. */
  readonly isFast?: boolean | undefined
  readonly handle: RouteHandler
}

export type RouteHandler = (call: RouteCall) => MaybePromise<RawResponse>

/** A request to a route, after its caller was authenticated. */
export interface RouteCall {
  readonly request: RawRequest
  /** Id of the principal; `undefined` for anonymous and internal callers. */
  readonly owner: string | undefined
  readonly isInternal: boolean
  readonly path: PathParameters
  readonly query: URLSearchParams
}

/** The values of a template's placeholders; empty strings for those that it does not have. */
export interface PathParameters {
  readonly sessionId: string
  readonly requestId: string
  readonly interactionId: string
}

export const noPathParameters: PathParameters = { sessionId: '', requestId: '', interactionId: '' }
