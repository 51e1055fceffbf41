import type * as z from 'zod'

import type { HandlerContext } from '../server/handler-context.ts'
import type { MaybePromise, Operation, Schema } from './operation.ts'

/** One operation of a tool: its declaration and its function. */
export interface ToolOperation<
  Params extends Schema = Schema,
  Result extends Schema = Schema,
> extends Operation<Params, Result> {
  // The compiler checks the parameters of a method less strictly than those of a function property.
  // Therefore, operations with different params are assignable to the same record.
  run(params: z.output<Params>, context: HandlerContext): MaybePromise<z.output<Result>>
}

/** A tool: a name and its operations. */
export interface Tool<
  Name extends string = string,
  Operations extends Record<string, ToolOperation> = Record<string, ToolOperation>,
> {
  readonly name: Name
  readonly title: string
  readonly description: string
  readonly operations: Operations
}
