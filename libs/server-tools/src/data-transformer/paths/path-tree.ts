import type { DataPath } from './data-path.ts'

/** Values by their paths, on the way to becoming one value. */
export interface PathTree {
  /** Says whether the path was free: false where a value is at or above it already. */
  set(path: DataPath, value: unknown): boolean
  /** The whole. Positions that no path named are left out, or null where `holes` are kept. */
  toValue(holes: 'kept' | 'dropped'): unknown
}

type Node = { readonly branch: Map<string | number, Node> } | { readonly leaf: unknown }

/** Creates a tree. It is made of Maps, so that a key such as `__proto__` is one like any other. */
export function createPathTree(): PathTree {
  const top = new Map<'top', Node>()

  return {
    set(path, value) {
      let level: Map<string | number, Node> = top
      let key: string | number = 'top'
      for (const next of path) {
        const node: Node = level.get(key) ?? { branch: new Map() }
        if ('leaf' in node) return false
        level.set(key, node)
        level = node.branch
        key = next
      }
      if (level.has(key)) return false
      level.set(key, { leaf: value })
      return true
    },
    toValue(holes) {
      const node = top.get('top')
      return node === undefined ? {} : nodeValue(node, holes)
    },
  }
}

function nodeValue(node: Node, holes: 'kept' | 'dropped'): unknown {
  if ('leaf' in node) return node.leaf
  const entries = [...node.branch].map(([key, child]) => [key, nodeValue(child, holes)] as const)
  if (entries.some(([key]) => typeof key === 'string')) return Object.fromEntries(entries)
  const sorted = entries.toSorted(([left], [right]) => Number(left) - Number(right))
  if (holes === 'dropped') return sorted.map(([, value]) => value)
  const length = Number(sorted.at(-1)?.[0] ?? 0) + 1
  const list = Array.from<unknown>({ length }).fill(null)
  for (const [position, value] of sorted) list[Number(position)] = value
  return list
}
