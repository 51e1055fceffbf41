import type { McpErrorCode } from '../errors/error-codes.ts'
import type { Health } from '../server/health.ts'
import type { Audience, OperationHints } from './operation.ts'

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * The requests that a server handles. A route with the exact target takes precedence over one with a
 * prefix, and a prefix over a route with only the type.
 */
export interface Route {
  readonly type: string
  /** Key of the target in the payload, such as `tool`. */
  readonly targetKey: string
  /**
   * Targets that the server handles. Without `targets` and `prefix`: every target of the type that
   * no more exact route has.
   */
  readonly targets?: readonly string[]
  /** The server handles every target with this prefix. */
  readonly prefix?: string
}

/** One operation, as the catalogue lists it. */
export interface OperationDescription {
  readonly type: string
  readonly targetKey: string
  /** The only target, such as `calculator`; absent if the caller chooses the target. */
  readonly target?: string
  readonly operation: string
  readonly title: string
  readonly description: string
  /** Schema of `payload.params`, without the target. */
  readonly paramsSchema: JsonSchema
  /** Schema of the target in the payload, if the caller chooses it. */
  readonly targetSchema?: JsonSchema | undefined
  /** Whether a call without a target is an error. */
  readonly targetRequired: boolean
  readonly resultSchema: JsonSchema
  readonly chunkSchema?: JsonSchema | undefined
  readonly hints: Required<OperationHints>
  readonly audience: Audience
  readonly errors: readonly McpErrorCode[]
  readonly examples: readonly ExampleDescription[]
}

export interface ExampleDescription {
  readonly title?: string
  readonly target?: string
  readonly params: Readonly<Record<string, unknown>>
  readonly result?: unknown
}

/** Description of a server: its routes and operations. */
export interface ServerDescription {
  readonly name: string
  /** Value of `metadata.source` in the server's envelopes, such as `mcp-server-3`. */
  readonly source: string
  readonly version: string
  readonly routes: readonly Route[]
  readonly operations: readonly OperationDescription[]
  /** Schemas of the data of notifications, by notification type. */
  readonly notifications: Readonly<Record<string, JsonSchema>>
}

/** A server as the catalogue lists it: its description and its health. */
export interface ServerListing extends ServerDescription {
  readonly health: Health
}
