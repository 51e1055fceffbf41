import type {
  HandlerContext,
  MaybePromise,
  OperationDefinition,
  Schema,
  Tool,
  ToolOperation,
} from '@mcp/protocol'
import { operation } from '@mcp/protocol'
import type * as z from 'zod'

export interface ToolOperationDefinition<
  Params extends Schema,
  Result extends Schema,
  Chunk extends Schema,
> extends OperationDefinition<Params, Result, Chunk> {
  /** Runs the operation. */
  readonly run: (
    params: z.output<NoInfer<Params>>,
    context: HandlerContext<Record<never, Schema>, z.input<NoInfer<Chunk>>>,
  ) => MaybePromise<z.output<NoInfer<Result>>>
}

/**
 * Declares one operation of a tool together with its handler.
 *
 * @example
 * toolOperation({
 *   title: 'Add',
 *   description: 'Adds two numbers.',
 *   params: () => z.object({ a: z.number(), b: z.number() }),
 *   result: () => z.number(),
 *   examples: [{ params: { a: 1, b: 2 }, result: 3 }],
 *   run: ({ a, b }) => a + b,
 * })
 */
export function toolOperation<
  Params extends Schema,
  Result extends Schema,
  Chunk extends Schema = Schema,
>(definition: ToolOperationDefinition<Params, Result, Chunk>): ToolOperation<Params, Result> {
  const { run, ...declared } = definition
  // `run` is assigned to the operation itself. A copy of the operation would read the schemas, which
  // are built when they are first read.
  return Object.assign(operation<Params, Result, Chunk>(declared), { run })
}

/**
 * Declares a tool for the tools server.
 *
 * @example
 * export const calculator = defineTool({
 *   name: 'calculator',
 *   title: 'Calculator',
 *   description: 'Exact arithmetic.',
 *   operations: { add: toolOperation({ … }) },
 * })
 */
export function defineTool<
  const Name extends string,
  Operations extends Record<string, ToolOperation>,
>(tool: Tool<Name, Operations>): Tool<Name, Operations> {
  return tool
}
