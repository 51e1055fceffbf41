import type * as z from 'zod'

import type { McpErrorCode } from '../errors/error-codes.ts'
import { once } from '../once.ts'

/** Any schema. The light interface: half the instantiations of `z.ZodType`. */
export type Schema = z.core.$ZodType

export type MaybePromise<T> = T | Promise<T>

/** A schema, or a function that builds it on first use. */
export type Lazy<S> = S | (() => S)

/** What an operation does to the world; clients decide by these whether to ask first or retry. */
export interface OperationHints {
  /** Changes nothing; repeating it is always safe. Default: false. */
  readonly readOnly?: boolean
  /** Doing it twice leaves what doing it once leaves. Default: the value of `readOnly`. */
  readonly idempotent?: boolean
  /** May delete or overwrite. Default: false. */
  readonly destructive?: boolean
  /** Reaches beyond this system. Default: false. */
  readonly openWorld?: boolean
  /** May ask a person something while it runs. Default: false. */
  readonly interactive?: boolean
}

/** Who may be offered an operation. The agent loop and standard MCP clients see only `model`. */
export type Audience = 'model' | 'user' | 'operator'

/** One call that works, with its result where it is always the same. Every example runs as a test. */
export interface Example<Params extends Schema = Schema, Result extends Schema = Schema> {
  /** What a person would ask for, in words. The offline planner matches prompts against it. */
  readonly title?: string
  readonly params: z.input<Params>
  readonly result?: z.output<Result>
}

/** What is said of an operation besides its schemas. */
export interface OperationInfo<Params extends Schema, Result extends Schema> {
  readonly title: string
  readonly description: string
  readonly hints?: OperationHints
  /** Default: `model`. */
  readonly audience?: Audience
  /** The codes it may return besides those that every operation may. */
  readonly errors?: readonly McpErrorCode[]
  readonly examples: readonly [Example<Params, Result>, ...Example<Params, Result>[]]
}

/** One operation of a contract: its words, its schemas, its examples. */
export interface Operation<
  Params extends Schema = Schema,
  Result extends Schema = Schema,
  Chunk extends Schema = Schema,
> extends Omit<OperationInfo<Schema, Schema>, 'examples'> {
  readonly examples: readonly Example[]
  readonly params: Params
  readonly result: Result
  /** The schema of each chunk, where the operation streams. */
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
 * Declares one operation. Give the schemas as functions: they are then built on first use.
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
  const { params, result, chunk, ...facts } = definition
  const readParams = readSchema(params)
  const readResult = readSchema(result)
  const readChunk = chunk === undefined ? undefined : readSchema(chunk)
  return {
    ...facts,
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

function readSchema<S extends Schema>(schema: Lazy<S>): () => S {
  return once(() => (typeof schema === 'function' ? schema() : schema))
}
