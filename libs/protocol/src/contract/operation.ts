import type * as z from 'zod'

import type { McpErrorCode } from '../errors/error-codes.ts'
import { McpError } from '../errors/mcp-error.ts'
import { once } from '../once.ts'
import type { JsonSchema } from './json-schema.ts'

/**
 * Any zod schema. The compiler instantiates half as many types for this type as for `z.ZodType`.
 */
export type Schema = z.core.$ZodType

export type MaybePromise<T> = T | Promise<T>

/** A schema, or a function that builds it when it is first used. */
export type Lazy<S> = S | (() => S)

/**
 * Effects of an operation. Clients use them to decide whether a call needs approval and whether it may be
 * retried.
 */
export interface OperationHints {
  /** If true, the operation changes nothing, and repeating it is safe. Default: false. */
  readonly readOnly?: boolean
  /** If true, repeating the operation has no further effect. Default: the value of `readOnly`. */
  readonly idempotent?: boolean
  /** If true, the operation may delete or overwrite data. Default: false. */
  readonly destructive?: boolean
  /** If true, the operation accesses external systems, such as the web. Default: false. */
  readonly openWorld?: boolean
  /** If true, the operation may ask the user something while it runs. Default: false. */
  readonly interactive?: boolean
}

/**
 * Intended caller of an operation. Agents and standard MCP clients are offered only operations for
 * `model`.
 */
export type Audience = 'model' | 'user' | 'operator'

/**
 * A call that succeeds. It includes the result if the result is always the same. The tests of the built-in
 * servers run every example.
 */
export interface Example<Params extends Schema = Schema, Result extends Schema = Schema> {
  /** The prompt of a user who wants this call. The offline planner matches prompts against it. */
  readonly title?: string
  readonly params: z.input<Params>
  readonly result?: z.output<Result>
  /**
   * The state that the example needs besides starter content, such as `the transactionId of begin`.
   * Such an example cannot run as it is, so it is not offered to users and models.
   */
  readonly requires?: string
}

/** The properties of an operation other than its schemas. */
export interface OperationInfo<Params extends Schema, Result extends Schema> {
  readonly title: string
  readonly description: string
  readonly hints?: OperationHints
  /** Default: `model`. */
  readonly audience?: Audience
  /**
   * If true, standard MCP clients list the operation by default. They find other operations by a
   * search, because a list of all operations takes too many tokens of a model. Default: false.
   */
  readonly core?: boolean
  /**
   * Fields of a tool definition of the MCP specification, such as `inputSchema` and `_meta`. Each
   * replaces the field that is derived from the contract.
   */
  readonly definition?: JsonSchema
  /** Error codes of this operation, in addition to the codes that every operation may return. */
  readonly errors?: readonly McpErrorCode[]
  readonly examples: readonly [Example<Params, Result>, ...Example<Params, Result>[]]
}

/** One operation of a contract. */
export interface Operation<
  Params extends Schema = Schema,
  Result extends Schema = Schema,
  Chunk extends Schema = Schema,
> extends Omit<OperationInfo<Schema, Schema>, 'examples'> {
  readonly examples: readonly Example[]
  readonly params: Params
  readonly result: Result
  /** Schema of each chunk, if the operation streams. */
  readonly chunk?: Chunk | undefined
}

export interface OperationDefinition<
  Params extends Schema,
  Result extends Schema,
  Chunk extends Schema,
> extends OperationInfo<NoInfer<Params>, NoInfer<Result>> {
  readonly params: Lazy<Params>
  readonly result: Lazy<Result>
  readonly chunk?: Lazy<Chunk>
}

/**
 * Declares one operation. Pass the schemas as functions, so that they are built on first use.
 *
 * @example
 * operation({
 *   title: 'Forecast',
 *   description: 'Highs for the coming days.',
 *   params: () => z.object({ place: z.string(), days: z.int().default(3) }),
 *   result: () => z.object({ highs: z.array(z.number()) }),
 *   examples: [{ params: { place: 'Oslo' } }],
 * })
 */
export function operation<
  Params extends Schema,
  Result extends Schema,
  Chunk extends Schema = Schema,
>(definition: OperationDefinition<Params, Result, Chunk>): Operation<Params, Result, Chunk> {
  const { params, result, chunk, ...info } = definition
  const { title } = info
  const readParams = readSchema(`The params of "${title}"`, params)
  const readResult = readSchema(`The result of "${title}"`, result)
  const readChunk = chunk === undefined ? undefined : readSchema(`The chunk of "${title}"`, chunk)
  return {
    ...info,
    get params() {
      return readParams()
    },
    get result() {
      return readResult()
    },
    get chunk() {
      return readChunk?.()
    },
  }
}

function readSchema<S extends Schema>(label: string, schema: Lazy<S>): () => S {
  if (typeof schema !== 'function') assertSchema(label, schema)
  return once(() => {
    const built = typeof schema === 'function' ? schema() : schema
    assertSchema(label, built)
    return built
  })
}

/** Returns whether a value is a schema of zod 4. */
export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && '_zod' in value
}

/** @throws McpError `invalid-request` if a value is not a schema of zod 4, such as a schema of zod 3. */
export function assertSchema(label: string, schema: unknown): void {
  if (isSchema(schema)) return
  throw new McpError(
    'invalid-request',
    `${label} is not a zod 4 schema: install zod 4 and create it with \`import * as z from 'zod'\`.`,
  )
}
