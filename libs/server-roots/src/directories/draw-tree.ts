import type { WalkedEntry } from './walk.ts'
import type { RootEntry } from '../paths/root-entry.ts'

export interface DrawnTree {
  text: string
  entries: number
  truncated: boolean
}

interface Node {
  readonly label: string
  readonly depth: number
}

/** Draws the entries of a walk as a tree. */
export async function drawTree(
  folder: RootEntry,
  entries: AsyncIterable<WalkedEntry>,
  limit: number,
): Promise<DrawnTree> {
  const nodes: Node[] = []
  let truncated = false
  for await (const { name, type, depth } of entries) {
    if (nodes.length >= limit) {
      truncated = true
      break
    }
    nodes.push({ label: label(name, type), depth })
  }
  const head = `${folder.path === '' ? folder.root.name : folder.path}/`
  return { text: [head, ...draw(nodes)].join('\n'), entries: nodes.length, truncated }
}

function label(name: string, type: WalkedEntry['type']): string {
  // A name with control characters is quoted, because a line break in a name would look like another
  // entry.
  const shown = /[\p{Cc}\u2028\u2029]/u.test(name) ? JSON.stringify(name) : name
  if (type === 'directory') return `${shown}/`
  return type === 'file' ? shown : `${shown} (${type})`
}

/**
 * Draws the nodes from the last to the first, because the branch of a node depends on whether a sibling
 * follows it.
 */
function draw(nodes: readonly Node[]): string[] {
  const lines: string[] = []
  const hasNext: boolean[] = []
  for (const { label: text, depth } of nodes.toReversed()) {
    const trunk = Array.from({ length: depth - 1 }, (_, level) =>
      hasNext[level + 1] === true ? '│   ' : '    ',
    )
    lines.push(`${trunk.join('')}${hasNext[depth] === true ? '├── ' : '└── '}${text}`)
    hasNext[depth] = true
    // The deeper nodes drawn so far are descendants of this node, not siblings of earlier nodes.
    hasNext.length = depth + 1
  }
  return lines.toReversed()
}
