/** One node of a parse tree as JSON. */
export type ParseNode = Readonly<Record<string, unknown>>

/** Returns the value if it is a node, otherwise an empty node. */
export function asNode(value: unknown): ParseNode {
  return isNode(value) ? value : {}
}

export function isNode(value: unknown): value is ParseNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns the value if it is a list, otherwise an empty list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Returns the strings of a dotted name, such as `pg_catalog.now`. Omits other parts, such as `*`. */
export function nameParts(value: unknown): readonly string[] {
  return asList(value)
    .map((part) => asNode(asNode(part)['String'])['sval'])
    .filter((part) => typeof part === 'string')
}

/** Yields every node of a tree with its property name. Does not recurse, because trees can be very deep. */
export function* walkTree(
  root: unknown,
): Generator<{ readonly name: string; readonly node: ParseNode }> {
  const waiting: { name: string; value: unknown }[] = [{ name: '', value: root }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { name, value } = next
    if (Array.isArray(value)) for (const item of value) waiting.push({ name, value: item })
    else if (isNode(value)) {
      yield { name, node: value }
      for (const [key, child] of Object.entries(value)) {
        if (typeof child === 'object') waiting.push({ name: key, value: child })
      }
    }
  }
}
