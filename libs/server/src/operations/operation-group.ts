import type { HandlerContext, MaybePromise, Operation, Schema } from '@mcp/protocol'

/** A handler whose params the operation's schema has validated; the compiler does not know their type. */
// The type of a method on purpose: handlers of all params must be assignable to a table of handlers.
export type Handler = {
  handle(params: unknown, context: HandlerContext<Record<string, Schema>>): MaybePromise<unknown>
}['handle']

/** Operations that share a request type and a target, with their handlers. */
export interface OperationGroup {
  /** Request type, such as `tool-execution`. */
  readonly type: string
  /** Key of the target in the payload, beside `operation`, such as `tool`. */
  readonly targetKey: string
  /** The only target of these operations, such as `calculator`. Default: any target. */
  readonly target?: string | undefined
  readonly operations: Readonly<Record<string, Operation>>
  /** One handler for each operation, by its name. */
  readonly handlers: Readonly<Record<string, Handler>>
  /** Operation by additional request type. The whole payload of such a request is the params. */
  readonly aliases?: Readonly<Record<string, string>> | undefined
  /** Operations that bound their results themselves: these are returned whole, regardless of size. */
  readonly selfPaging?: readonly string[] | undefined
}
