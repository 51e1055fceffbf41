/**
 * Creates an object that has a method for every name except `then` and `toJSON`. Only the TypeScript
 * types restrict the names to existing operations, so that a browser bundle contains no schemas.
 */
export function operationsProxy(
  makeMethod: (operation: string) => unknown,
  own: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const methods: Record<string, unknown> = { ...own }
  return new Proxy(methods, {
    get(_methods, name) {
      // `await` would treat an object with a method `then` as a promise. JSON.stringify would call a
      // method `toJSON`.
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      if (!Object.hasOwn(methods, name)) methods[name] = makeMethod(name)
      return methods[name]
    },
  })
}
