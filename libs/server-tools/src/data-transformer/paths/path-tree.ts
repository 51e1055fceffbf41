import type { DataPath } from './data-path.ts'

/** Collects values by path and assembles them into one value. */
export interface PathTree {
  /** Adds a value. Returns false if there is already a value at, above or below the path. */
  set(path: DataPath, value: unknown): boolean
  /** Returns the assembled value. List indices without a value become null or are removed. */
  toValue(gaps: 'null' | 'removed'): unknown
}

type Node = { readonly branch: Map<string | number, Node> } | { readonly leaf: unknown }

/** Creates a tree. It consists of Maps, in which a key such as `__proto__` is an ordinary key. */
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
    toValue(gaps) {
      const node = top.get('top')
      return node === undefined ? {} : nodeValue(node, gaps)
    },
  }
}

function nodeValue(node: Node, gaps: 'null' | 'removed'): unknown {
  if ('leaf' in node) return node.leaf
  const entries = [...node.branch].map(([key, child]) => [key, nodeValue(child, gaps)] as const)
  if (entries.some(([key]) => typeof key === 'string')) return Object.fromEntries(entries)
  const sorted = entries.toSorted(([left], [right]) => Number(left) - Number(right))
  if (gaps === 'removed') return sorted.map(([, value]) => value)
  const length = Number(sorted.at(-1)?.[0] ?? 0) + 1
  const list = Array.from<unknown>({ length }).fill(null)
  for (const [position, value] of sorted) list[Number(position)] = value
  return list
}
