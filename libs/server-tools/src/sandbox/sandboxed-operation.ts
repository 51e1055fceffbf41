import type { HandlerContext, MaybePromise, Schema, ToolOperation } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { ToolOperationDefinition } from '@mcp/server'
import { toolOperation } from '@mcp/server'
import type * as z from 'zod'

/** An operation whose work belongs into a worker process, because it may take long or run wild. */
export interface SandboxedOperation<
  Params extends Schema = Schema,
  Result extends Schema = Schema,
> extends ToolOperation<Params, Result> {
  /** How much input may be worked on in place, as `measure` counts it. */
  inPlaceUpTo(params: z.output<Params>): number
  work(params: z.output<Params>): MaybePromise<z.output<Result>>
}

export interface SandboxedOperationDefinition<
  Params extends Schema,
  Result extends Schema,
> extends Omit<ToolOperationDefinition<Params, Result, Schema>, 'run'> {
  /** How much input may be worked on in place, as `measure` counts it. Default: none. */
  readonly inPlaceUpTo?: number | ((params: z.output<NoInfer<Params>>) => number)
  /** Does it, given the params and nothing else: mostly it runs in another process. */
  readonly work: (params: z.output<NoInfer<Params>>) => MaybePromise<z.output<NoInfer<Result>>>
}

/** So much input takes an operation of linear cost a few milliseconds at most. */
export const smallInput = 8_192

/** The same where the cost is the product of two parts of the input. */
export const smallProduct = 2_000

/** Declares an operation that `toolsServer` runs in its sandbox. */
export function sandboxedOperation<Params extends Schema, Result extends Schema>(
  definition: SandboxedOperationDefinition<Params, Result>,
): SandboxedOperation<Params, Result> {
  const { inPlaceUpTo = 0, work, ...facts } = definition
  const operation = toolOperation<Params, Result>({ ...facts, run: refuse })
  // Assigned and not spread: a spread would build the schemas, which wait for their first use.
  return Object.assign(operation, {
    inPlaceUpTo: typeof inPlaceUpTo === 'number' ? () => inPlaceUpTo : inPlaceUpTo,
    work,
  })
}

export function isSandboxed(operation: ToolOperation): operation is SandboxedOperation {
  return 'work' in operation && 'inPlaceUpTo' in operation
}

function refuse(_params: unknown, { request }: HandlerContext): never {
  throw new McpError(
    'unavailable',
    `${request.type}: this operation needs a sandbox. Pass its tool to toolsServer, which has one.`,
    { retryable: false },
  )
}
