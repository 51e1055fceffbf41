import type { HandlerContext, MaybePromise, Operation, Schema } from '@mcp/protocol'

/** A handler whose params are no longer known to the compiler: the operation's schema checked them. */
// A method's type on purpose: a handler of any params must fit a table of handlers.
export type Handler = {
  handle(params: unknown, context: HandlerContext<Record<string, Schema>>): MaybePromise<unknown>
}['handle']

/** Operations that share a request type and a target, with the functions that do them. */
export interface OperationGroup {
  /** The request type, such as `tool-execution`. */
  readonly type: string
  /** The key beside `operation` that names what is acted on, such as `tool`. */
  readonly targetKey: string
  /** The one target these operations are for, such as `calculator`. Default: callers name any. */
  readonly target?: string | undefined
  readonly operations: Readonly<Record<string, Operation>>
  /** One for each operation, by its name. */
  readonly handlers: Readonly<Record<string, Handler>>
  /** Further request types whose whole payload is the params of one of these operations. */
  readonly aliases?: Readonly<Record<string, string>> | undefined
  /** Operations that bound their results themselves: these are answered whole, whatever their size. */
  readonly selfPaging?: readonly string[] | undefined
}
