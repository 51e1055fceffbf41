import type { MaybePromise } from '@mcp/protocol'

/** Goes on with a value that may be there already, which then costs no promise. */
export function chain<Value, Next>(
  value: MaybePromise<Value>,
  andThen: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(andThen) : andThen(value)
}
