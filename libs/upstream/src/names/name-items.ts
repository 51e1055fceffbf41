import { stableHash } from './stable-hash.ts'

/** Maximum length of a name. Clients prepend a prefix of their own and accept 64 characters. */
const maxLength = 50

export interface NamedItem<Item> {
  readonly item: Item
  /** Name for clients, such as `github_create_issue`. */
  readonly name: string
}

export interface NamedItems<Item> {
  readonly items: readonly NamedItem<Item>[]
  /** A message for each item whose name is ambiguous and was changed, or that the server lists twice. */
  readonly problems: readonly string[]
}

/**
 * Returns the items of an upstream server with the names for clients: characters of `A-Za-z0-9_-`, 50
 * at most. The name of an item depends on the item and on those with the same name, not on the order of
 * the list, because clients store names.
 *
 * @example
 * nameItems([{ name: 'create.issue' }], 'github_').items[0]?.name // 'github_create_issue'
 */
export function nameItems<Item extends { readonly name: string }>(
  items: readonly Item[],
  prefix: string,
): NamedItems<Item> {
  const counts = new Map<string, number>()
  for (const { name } of items) {
    const short = shortName(prefix, name)
    counts.set(short, (counts.get(short) ?? 0) + 1)
  }
  const taken = new Set<string>()
  const problems: string[] = []
  const named = items.flatMap((item) => {
    const short = shortName(prefix, item.name)
    const isAmbiguous = (counts.get(short) ?? 0) > 1 && `${prefix}${item.name}` !== short
    const name = isAmbiguous ? withHash(short, item.name) : short
    if (isAmbiguous) problems.push(`The name "${short}" is ambiguous: "${item.name}" is "${name}".`)
    if (taken.has(name)) {
      problems.push(`The server lists "${item.name}" twice. Only the first is offered.`)
      return []
    }
    taken.add(name)
    return [{ item, name }]
  })
  return { items: named, problems }
}

function shortName(prefix: string, name: string): string {
  const clean = `${prefix}${name}`.replaceAll(/[^A-Za-z0-9_-]/g, '_')
  return clean.length <= maxLength ? clean : withHash(clean, `${prefix}${name}`)
}

function withHash(name: string, seed: string): string {
  return `${name.slice(0, maxLength - 7)}_${stableHash(seed)}`
}
