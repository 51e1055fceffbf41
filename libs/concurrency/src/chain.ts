import type { MaybePromise } from '@mcp/protocol'

/**
 * Applies a function to a value or to the value of a promise. If `value` is not a promise, the function
 * runs synchronously and no promise is created.
 */
export function chain<Value, Next>(
  value: MaybePromise<Value>,
  apply: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(apply) : apply(value)
}
