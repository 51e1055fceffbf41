import type { IdentifiedItem, Resource } from './tree-item.ts'
import { branchesAround, branchId, resourceId } from './tree-item.ts'

/** Returns the branches and resources directly below a prefix. The empty prefix contains the schemes. */
export function resourceChildren(resources: readonly Resource[], prefix: string): IdentifiedItem[] {
  const branches = new Map<string, IdentifiedItem>()
  const leaves: IdentifiedItem[] = []
  for (const resource of resources) {
    if (!resource.uri.startsWith(prefix)) continue
    const around = branchesAround(resource.uri)
    // The next branch below the prefix. If there is none, the resource itself is directly below the prefix.
    const next = prefix === '' ? around[0] : around[around.indexOf(prefix) + 1]
    if (next === undefined) {
      leaves.push({ id: resourceId(resource.uri), data: { kind: 'resource', resource } })
    } else if (!branches.has(next)) {
      const name = next.slice(prefix.length).replace(/\/$/, prefix === '' ? '/' : '')
      branches.set(next, { id: branchId(next), data: { kind: 'branch', name } })
    }
  }
  return [...branches.values(), ...leaves]
}
