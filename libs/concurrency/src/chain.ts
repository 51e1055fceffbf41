import type { MaybePromise } from '@mcp/protocol'

/**
 * Applies `next` to a value or to the value of a promise. A value that is already present costs
 * neither a promise nor a turn of the event loop.
 */
export function chain<Value, Next>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(next) : next(value)
}
