import type { MaybePromise } from '@mcp/protocol'

/** Goes on with a value that may be there already: a store that answers at once costs no promise. */
export function chain<T, U>(
  value: MaybePromise<T>,
  andThen: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(andThen) : andThen(value)
}
