import type { HandlerContext, MaybePromise, Operation, Schema } from '@mcp/protocol'

/** A handler of any operation. It receives validated params. */
// The type is declared as a method, because the compiler then accepts handlers with specific params.
export type Handler = {
  handle(params: unknown, context: HandlerContext<Record<string, Schema>>): MaybePromise<unknown>
}['handle']

/** Operations that share a request type and a target, with their handlers. */
export interface OperationGroup {
  /** Request type, such as `tool-execution`. */
  readonly type: string
  /** Key of the target in the payload, next to `operation`, such as `tool`. */
  readonly targetKey: string
  /** The only target of these operations, such as `calculator`. Default: the caller chooses it. */
  readonly target?: string | undefined
  readonly operations: Readonly<Record<string, Operation>>
  /** Handlers by operation name. Every operation must have one. */
  readonly handlers: Readonly<Record<string, Handler>>
  /**
   * Names of operations by additional request type. The whole payload of such a request is the
   * params.
   */
  readonly aliases?: Readonly<Record<string, string>> | undefined
  /**
   * Operations that limit their results themselves. Their results are returned whole, regardless of
   * size.
   */
  readonly selfPaging?: readonly string[] | undefined
}
