/**
 * An object with a method for every name. Which operations a server has is known to the types alone,
 * so that no schema reaches a browser.
 */
export function operationsProxy(
  makeMethod: (operation: string) => unknown,
  own: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const methods: Record<string, unknown> = { ...own }
  return new Proxy(methods, {
    get(_methods, name) {
      // A method `then` would make a promise of it, and `toJSON` is what JSON.stringify looks for.
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      if (!(name in methods)) methods[name] = makeMethod(name)
      return methods[name]
    },
  })
}
