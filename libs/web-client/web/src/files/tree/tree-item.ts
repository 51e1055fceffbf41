import type { OperationResult } from '../../data/call-operation.ts'
import type { IconName } from '../../elements/icon.tsx'
import { lastName, shownName } from '../shown-name.ts'

export type Root = OperationResult<'roots', 'listRoots'>['items'][number]
export type Entry = OperationResult<'roots', 'listDirectory'>['items'][number]
export type Resource = OperationResult<'resources', 'list'>['items'][number]
export type Template = OperationResult<'resources', 'listTemplates'>['items'][number]

/** An item of the tree. */
export type TreeItem =
  | { readonly kind: 'loading' }
  | { readonly kind: 'group'; readonly title: string }
  | { readonly kind: 'root'; readonly root: Root }
  | { readonly kind: 'entry'; readonly root: string; readonly entry: Entry }
  /** Resources whose URIs start with the same folder. */
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'resource'; readonly resource: Resource }
  | { readonly kind: 'template'; readonly template: Template }
  /** Opens the next page of a folder. */
  | { readonly kind: 'more'; readonly parent: string; readonly cursor: string }
  | { readonly kind: 'problem'; readonly message: string }

export interface IdentifiedItem {
  readonly id: string
  readonly data: TreeItem
}

/** Ids of the items that always exist. */
export const startId = 'start'
export const resourcesId = 'group:resources'
export const templatesId = 'group:templates'

/** Returns the id of an entry of a root. Names of roots have no colon. */
export function entryId(root: string, path: string): string {
  return `entry:${root}:${path}`
}

export function resourceId(uri: string): string {
  return `resource:${uri}`
}

export function branchId(prefix: string): string {
  return `branch:${prefix}`
}

/** Returns the root and the path of an id, or undefined if it is not the id of an entry. */
export function readEntryId(
  id: string,
): { readonly root: string; readonly path: string } | undefined {
  const [kind, root, ...path] = id.split(':')
  return kind === 'entry' && root !== undefined ? { root, path: path.join(':') } : undefined
}

/** Returns the ids of the folders that contain an entry, from the root. */
export function foldersAround(root: string, path: string): string[] {
  const names = path === '' ? [] : path.split('/')
  return names.map((_name, index) => entryId(root, names.slice(0, index).join('/')))
}

/** Returns the prefixes of the branches that contain a resource, from the scheme: `file:///`, `file:///data/`. */
export function branchesAround(uri: string): string[] {
  const start = /^[a-z][a-z0-9+.-]*:(?:\/\/[^/]*\/)?/i.exec(uri)?.[0] ?? ''
  const [path = ''] = uri.slice(start.length).split(/[?#]/, 1)
  const folders = path.split('/').slice(0, -1)
  return [
    start,
    ...folders.map((_name, index) => `${start}${folders.slice(0, index + 1).join('/')}/`),
  ]
}

export function isFolder(item: TreeItem): boolean {
  switch (item.kind) {
    case 'group':
    case 'root':
    case 'branch':
      return true
    case 'entry':
      return item.entry.type === 'directory'
    default:
      return false
  }
}

/** Returns the name of an item, as text. */
export function itemName(item: TreeItem): string {
  switch (item.kind) {
    case 'loading':
      return 'Loading…'
    case 'group':
      return item.title
    case 'root':
      return item.root.name
    case 'entry':
      return shownName(lastName(item.entry.path))
    case 'branch':
      return shownName(item.name)
    case 'resource':
      return shownName(item.resource.name)
    case 'template':
      return shownName(item.template.name)
    case 'more':
      return 'Show more'
    case 'problem':
      return item.message
  }
}

export function itemIcon(item: TreeItem): IconName {
  switch (item.kind) {
    case 'root':
    case 'branch':
    case 'group':
      return 'files'
    case 'entry':
      return item.entry.type === 'directory'
        ? 'files'
        : item.entry.type === 'link'
          ? 'external'
          : 'file'
    case 'more':
      return 'more'
    case 'problem':
      return 'warning'
    default:
      return 'file'
  }
}
