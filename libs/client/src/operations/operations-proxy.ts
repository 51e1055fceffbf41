/**
 * Creates an object with a method for every name. Only the types know which operations exist, so that
 * no schema is bundled for a browser.
 */
export function operationsProxy(
  makeMethod: (operation: string) => unknown,
  own: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const methods: Record<string, unknown> = { ...own }
  return new Proxy(methods, {
    get(_methods, name) {
      // A method `then` would make it a promise, and JSON.stringify would call `toJSON`.
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      if (!(name in methods)) methods[name] = makeMethod(name)
      return methods[name]
    },
  })
}
