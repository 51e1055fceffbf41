const known: unique symbol = Symbol.for('@mcp/protocol/known')

interface SettledPromise<Value> extends Promise<Value> {
  [known]?: Value
}

/**
 * A promise of what is there already. Who knows to ask takes it out by {@link settledValue} and need
 * not wait: each wait keeps a request and all it holds for another turn, which under load cost more
 * in collections than the request itself.
 */
export function settledPromise<Value>(value: Value): Promise<Value> {
  const promise: SettledPromise<Value> = Promise.resolve(value)
  promise[known] = value
  return promise
}

/** What a promise made by {@link settledPromise} holds; `undefined` for every other. */
export function settledValue<Value>(promise: Promise<Value>): Value | undefined {
  const { [known]: value }: SettledPromise<Value> = promise
  return value
}
