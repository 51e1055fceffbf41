import type { McpErrorCode } from '../errors/error-codes.ts'
import type { Health } from '../server/health.ts'
import type { Audience, OperationHints } from './operation.ts'

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A claim on requests. An exact target beats a prefix, and a prefix beats the type alone. */
export interface Route {
  readonly type: string
  /** The payload's key that holds the target, such as `tool`. */
  readonly targetKey: string
  /** The targets claimed. Without `targets` and `prefix`: every one that nobody claims closer. */
  readonly targets?: readonly string[]
  /** Claims every target that starts so. */
  readonly prefix?: string
}

/** One operation, as the catalogue lists it. */
export interface OperationDescription {
  readonly type: string
  readonly targetKey: string
  /** The one target it is for, such as `calculator`; absent where the caller names it. */
  readonly target?: string
  readonly operation: string
  readonly title: string
  readonly description: string
  /** What `payload.params` must be, without the target. */
  readonly paramsSchema: JsonSchema
  /** What the payload's target must be, where the caller names it. */
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

/** What a server says of itself. */
export interface ServerDescription {
  readonly name: string
  /** What it writes as `metadata.source`, such as `mcp-server-3`. */
  readonly source: string
  readonly version: string
  readonly routes: readonly Route[]
  readonly operations: readonly OperationDescription[]
  /** The data's schema by notification type. */
  readonly notifications: Readonly<Record<string, JsonSchema>>
}

/** A server as the catalogue lists it: what it says of itself, and how it is. */
export interface ServerListing extends ServerDescription {
  readonly health: Health
}
