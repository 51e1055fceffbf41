/**
 * Creates an object with a method for every name. The operations that exist are known only to the
 * types, so that no schema is bundled for a browser.
 */
export function operationsProxy(
  makeMethod: (operation: string) => unknown,
  own: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const methods: Record<string, unknown> = { ...own }
  return new Proxy(methods, {
    get(_methods, name) {
      // With a method `then`, `await` would treat the object as a promise; JSON.stringify would call
      // `toJSON`.
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      if (!(name in methods)) methods[name] = makeMethod(name)
      return methods[name]
    },
  })
}
