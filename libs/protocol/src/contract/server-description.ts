import type { McpErrorCode } from '../errors/error-codes.ts'
import type { Health, ServerStatus } from '../server/health.ts'
import type { JsonSchema } from './json-schema.ts'
import type { Audience, OperationHints } from './operation.ts'

/**
 * A group of requests that a server handles. A route with the target of a request takes precedence
 * over a route with a prefix of the target. Both take precedence over a route with only the type.
 */
export interface Route {
  readonly type: string
  /** Key of the target in the payload, such as `tool`. */
  readonly targetKey: string
  /**
   * Targets that the server handles. A route without `targets` and `prefix` matches every target of
   * the type that no other route matches.
   */
  readonly targets?: readonly string[]
  /** Prefix of the targets that the server handles. */
  readonly prefix?: string
}

/** One operation in the catalogue, which lists the operations of all servers. */
export interface OperationDescription {
  readonly type: string
  readonly targetKey: string
  /** The only target of the operation, such as `calculator`. Absent if the caller chooses the target. */
  readonly target?: string
  readonly operation: string
  readonly title: string
  readonly description: string
  /** Schema of `payload.params`, without the target. */
  readonly paramsSchema: JsonSchema
  /** Schema of the target in the payload, if the caller chooses it. */
  readonly targetSchema?: JsonSchema | undefined
  /** Whether a request must name a target. */
  readonly targetRequired: boolean
  readonly resultSchema: JsonSchema
  /** Present if the result is a `contentResult`, which a standard MCP client receives unchanged. */
  readonly returnsContent?: true | undefined
  /**
   * Method of the Model Context Protocol, such as `resources/read`, if the params and the result of
   * the operation are those of the method. A standard MCP client receives the result unchanged.
   */
  readonly method?: string | undefined
  readonly chunkSchema?: JsonSchema | undefined
  readonly hints: Required<OperationHints>
  readonly audience: Audience
  /** If true, standard MCP clients list the operation by default. */
  readonly core?: boolean
  /**
   * Fields of a tool definition of the MCP specification. Each replaces the field that is derived from
   * this description.
   */
  readonly definition?: JsonSchema
  readonly errors: readonly McpErrorCode[]
  readonly examples: readonly ExampleDescription[]
}

export interface ExampleDescription {
  readonly title?: string
  readonly target?: string
  readonly params: Readonly<Record<string, unknown>>
  readonly result?: unknown
  /** The state that the example needs besides starter content. Absent for an example that runs as it is. */
  readonly requires?: string
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

/** A server in the catalogue: its description and its health. */
export interface ServerListing extends ServerDescription {
  readonly health: Health
  /** Absent from a dispatcher of an earlier version. */
  readonly status?: ServerStatus
}
