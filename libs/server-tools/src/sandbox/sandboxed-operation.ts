import type { HandlerContext, MaybePromise, Schema, ToolOperation } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { ToolOperationDefinition } from '@mcp/server'
import { toolOperation } from '@mcp/server'
import type * as z from 'zod'

/** An operation that runs in the sandbox, since it may exhaust time or memory. */
export interface SandboxedOperation<
  Params extends Schema = Schema,
  Result extends Schema = Schema,
> extends ToolOperation<Params, Result> {
  /** Maximum input that is processed on the event loop, as counted by `measureSize`. */
  inlineLimit(params: z.output<Params>): number
  work(params: z.output<Params>): MaybePromise<z.output<Result>>
}

export interface SandboxedOperationDefinition<
  Params extends Schema,
  Result extends Schema,
> extends Omit<ToolOperationDefinition<Params, Result, Schema>, 'run'> {
  /** Maximum input that is processed on the event loop, as counted by `measureSize`. Default: 0. */
  readonly inlineLimit?: number | ((params: z.output<NoInfer<Params>>) => number)
  /** Computes the result from the params alone, because it usually runs in another process. */
  readonly work: (params: z.output<NoInfer<Params>>) => MaybePromise<z.output<NoInfer<Result>>>
}

/** Inline limit of operations with linear cost, which then take a few milliseconds at most. */
export const linearInlineLimit = 8_192

/** Inline limit of operations whose cost is the product of two parts of the input. */
export const productInlineLimit = 2_000

/** Declares an operation that `toolsServer` runs in its sandbox. */
export function sandboxedOperation<Params extends Schema, Result extends Schema>(
  definition: SandboxedOperationDefinition<Params, Result>,
): SandboxedOperation<Params, Result> {
  const { inlineLimit = 0, work, ...common } = definition
  const operation = toolOperation<Params, Result>({ ...common, run: refuse })
  // A spread would build the schemas, which must be built on first use.
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
