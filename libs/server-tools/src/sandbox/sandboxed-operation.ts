import type { HandlerContext, MaybePromise, Schema, ToolOperation } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { ToolOperationDefinition } from '@mcp/server'
import { toolOperation } from '@mcp/server'
import type * as z from 'zod'

/**
 * An operation that runs in the sandbox, because it may exhaust time or memory. For small params, it
 * runs inline: in this process, on the event loop.
 */
export interface SandboxedOperation<
  Params extends Schema = Schema,
  Result extends Schema = Schema,
> extends ToolOperation<Params, Result> {
  /** Returns the maximum size of params that are processed inline, as `measureSize` counts it. */
  inlineLimit(params: z.output<Params>): number
  work(params: z.output<Params>): MaybePromise<z.output<Result>>
}

export interface SandboxedOperationDefinition<
  Params extends Schema,
  Result extends Schema,
> extends Omit<ToolOperationDefinition<Params, Result, Schema>, 'run'> {
  /** Maximum size of params that are processed inline, as `measureSize` counts it. Default: 0. */
  readonly inlineLimit?: number | ((params: z.output<NoInfer<Params>>) => number)
  /** Computes the result. Receives only the params, because it usually runs in another process. */
  readonly work: (params: z.output<NoInfer<Params>>) => MaybePromise<z.output<NoInfer<Result>>>
}

/** Inline limit of operations with linear cost. Within it, they take a few milliseconds at most. */
export const linearInlineLimit = 8_192

/** Inline limit of operations whose cost is proportional to the product of two parts of the params. */
export const productInlineLimit = 2_000

/** Declares an operation that `toolsServer` runs in its sandbox. */
export function sandboxedOperation<Params extends Schema, Result extends Schema>(
  definition: SandboxedOperationDefinition<Params, Result>,
): SandboxedOperation<Params, Result> {
  const { inlineLimit = 0, work, ...common } = definition
  const operation = toolOperation<Params, Result>({ ...common, run: refuse })
  // `params` and `result` are getters that build the schemas on first use. A spread would call the getters
  // now.
  return Object.assign(operation, {
    inlineLimit: typeof inlineLimit === 'number' ? () => inlineLimit : inlineLimit,
    work,
  })
}

export function isSandboxed(operation: ToolOperation): operation is SandboxedOperation {
  return 'work' in operation && 'inlineLimit' in operation
}

function refuse(_params: unknown, { request }: HandlerContext): never {
  throw new McpError(
    'unavailable',
    `${request.type}: this operation requires a sandbox. Pass its tool to toolsServer, which provides one.`,
    { retryable: false },
  )
}
