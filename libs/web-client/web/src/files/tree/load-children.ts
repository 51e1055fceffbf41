import { McpError } from '@mcp/protocol/light'

import { callOperation } from '../../data/call-operation.ts'
import { resourceChildren } from './resource-branches.ts'
import type { Entry, IdentifiedItem, Resource, Root } from './tree-item.ts'
import { branchId, entryId, readEntryId, resourcesId, templatesId } from './tree-item.ts'

/** Number of entries of a folder that are read at once. */
const pageSize = 500
/** Maximum number of resources in the tree. The search finds the others. */
const maxResources = 5000

/**
 * Reads the children of an item of the tree. A failure becomes an item, so that it is shown in its folder.
 */
export async function loadChildren(id: string): Promise<IdentifiedItem[]> {
  try {
    return await childrenOf(id)
  } catch (thrown) {
    const { message } = McpError.from(thrown)
    return [{ id: `problem:${id}`, data: { kind: 'problem', message } }]
  }
}

async function childrenOf(id: string): Promise<IdentifiedItem[]> {
  if (id === resourcesId) return resourceChildren(await listResources(), '')
  if (id === templatesId) return loadTemplates()
  if (id.startsWith(branchId(''))) {
    return resourceChildren(await listResources(), id.slice(branchId('').length))
  }
  const entry = readEntryId(id)
  return entry === undefined ? [] : loadFolder(id, entry)
}

/** Returns the items of the first level. */
export function startItems(roots: readonly Root[]): IdentifiedItem[] {
  return [
    ...roots.map((root) => ({
      id: entryId(root.name, ''),
      data: { kind: 'root', root } as const,
    })),
    { id: resourcesId, data: { kind: 'group', title: 'Resources' } },
    { id: templatesId, data: { kind: 'group', title: 'Templates' } },
  ]
}

/** Reads a page of a folder. The cursor is that of an item "Show more". */
export async function loadFolder(
  parent: string,
  {
    root,
    path,
    cursor,
  }: { readonly root: string; readonly path: string; readonly cursor?: string },
): Promise<IdentifiedItem[]> {
  const params = { root, path, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) }
  const { items, nextCursor } = await callOperation('roots', 'listDirectory', params)
  const children: IdentifiedItem[] = items.toSorted(foldersFirst).map((entry) => ({
    id: entryId(root, entry.path),
    data: { kind: 'entry', root, entry },
  }))
  if (nextCursor !== undefined) {
    children.push({
      id: `more:${parent}`,
      data: { kind: 'more', parent, cursor: nextCursor },
    })
  }
  return children
}

/** Orders folders before files. The server has ordered the names. */
export function foldersFirst(one: Entry, other: Entry): number {
  return Number(other.type === 'directory') - Number(one.type === 'directory')
}

async function loadTemplates(): Promise<IdentifiedItem[]> {
  const { items } = await callOperation('resources', 'listTemplates', { limit: 1000 })
  return items.map((template) => ({
    id: `template:${template.uriTemplate}`,
    data: { kind: 'template', template },
  }))
}

let listing: Promise<readonly Resource[]> | undefined

/** Drops the cached list of resources, so that the next branch that opens reads it again. */
export function forgetResources(): void {
  listing = undefined
}

/** Lists all resources once, because the server lists them flat and a branch is a part of the list. */
function listResources(): Promise<readonly Resource[]> {
  listing ??= readResources().catch((thrown: unknown) => {
    listing = undefined
    throw thrown
  })
  return listing
}

async function readResources(): Promise<readonly Resource[]> {
  const resources: Resource[] = []
  let cursor: string | undefined
  do {
    const page = await callOperation('resources', 'list', {
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    })
    resources.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined && resources.length < maxResources)
  return resources
}
