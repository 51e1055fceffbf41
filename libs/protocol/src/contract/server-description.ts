import type { McpErrorCode } from '../errors/error-codes.ts'
import type { Health } from '../server/health.ts'
import type { Audience, OperationHints } from './operation.ts'

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A claim on requests. An exact target overrides a prefix, and a prefix overrides the type alone. */
export interface Route {
  readonly type: string
  /** Key of the target in the payload, such as `tool`. */
  readonly targetKey: string
  /** Claimed targets. Without `targets` and `prefix`: all that no other route claims more exactly. */
  readonly targets?: readonly string[]
  /** Claims every target with this prefix. */
  readonly prefix?: string
}

/** One operation, as the catalogue lists it. */
export interface OperationDescription {
  readonly type: string
  readonly targetKey: string
  /** The only target, such as `calculator`; absent if the caller chooses it. */
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
  /** Its `metadata.source`, such as `mcp-server-3`. */
  readonly source: string
  readonly version: string
  readonly routes: readonly Route[]
  readonly operations: readonly OperationDescription[]
  /** Schemas of the notifications' data, by type. */
  readonly notifications: Readonly<Record<string, JsonSchema>>
}

/** A server as the catalogue lists it: its description and its health. */
export interface ServerListing extends ServerDescription {
  readonly health: Health
}
