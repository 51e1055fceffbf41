import type { MaybePromise } from '@mcp/protocol'

/**
 * Applies a function to a value or to the value of a promise. A value that is available immediately
 * costs neither a promise nor a turn of the event loop.
 */
export function chain<Value, Next>(
  value: MaybePromise<Value>,
  apply: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(apply) : apply(value)
}
