import type { ItemInstance } from '@headless-tree/core'
import { asyncDataLoaderFeature, hotkeysCoreFeature } from '@headless-tree/core'
import { useTree } from '@headless-tree/react'
import { useEffect, useEffectEvent, useState } from 'react'
import { useLocation } from 'wouter'

import { Icon } from '../../elements/icon.tsx'
import { useStreamEntries } from '../../stream/use-stream.ts'
import type { Marks } from '../changes/change-marks.ts'
import { changeMarks } from '../changes/change-marks.ts'
import { useMarks } from '../changes/use-marks.ts'
import type { Selection } from '../selection.ts'
import { entryAddress, resourceAddress, templateAddress } from '../selection.ts'
import { folderOf } from '../shown-name.ts'
import { forgetResources, loadChildren, loadFolder, startItems } from './load-children.ts'
import type { Root, TreeItem } from './tree-item.ts'
import {
  branchesAround,
  branchId,
  entryId,
  foldersAround,
  isFolder,
  itemIcon,
  itemName,
  readEntryId,
  resourceId,
  resourcesId,
  startId,
  templatesId,
} from './tree-item.ts'

export interface FilesTreeProps {
  readonly roots: readonly Root[]
  readonly selection: Selection
}

/** The roots, the resources and the templates in one tree. Folders are read when they are opened. */
export function FilesTree({ roots, selection }: FilesTreeProps) {
  const [, navigate] = useLocation()
  const [expandedItems, setExpandedItems] = useState<string[]>([resourcesId])
  const marks = useMarks()
  const selected = selectedId(selection)
  const tree = useTree<TreeItem>({
    rootItemId: startId,
    getItemName: (item) => itemName(item.getItemData()),
    isItemFolder: (item) => isFolder(item.getItemData()),
    createLoadingItemData: () => ({ kind: 'loading' }),
    dataLoader: {
      getItem: () => ({ kind: 'loading' }),
      getChildrenWithData: (id) => (id === startId ? startItems(roots) : loadChildren(id)),
    },
    state: { expandedItems },
    setExpandedItems,
    onPrimaryAction: (item) => {
      const data = item.getItemData()
      const address = addressOf(data)
      if (address !== undefined) navigate(address)
      else if (data.kind === 'more') void showMore(item, data)
    },
    features: [asyncDataLoaderFeature, hotkeysCoreFeature],
  })

  useReveal(selection, setExpandedItems)
  useReload(tree.getItemInstance, roots, expandedItems)

  return (
    <div {...tree.getContainerProps('Roots and resources')} className="px-1 pb-3">
      {tree.getItems().map((item) => (
        <Row
          isSelected={item.getId() === selected}
          item={item}
          key={item.getId()}
          mark={markOf(marks, item.getId())}
        />
      ))}
    </div>
  )
}

type GetItem = (id: string) => ItemInstance<TreeItem>

function Row({
  item,
  isSelected,
  mark,
}: {
  readonly item: ItemInstance<TreeItem>
  readonly isSelected: boolean
  readonly mark: string | undefined
}) {
  const data = item.getItemData()
  const { level } = item.getItemMeta()
  const name = item.getItemName()
  const isOpen = item.isFolder() && item.isExpanded()
  return (
    <button
      {...item.getProps()}
      role="treeitem"
      // The accessible name is the text of the item, which includes what changed.
      aria-label={undefined}
      aria-selected={isSelected}
      className={`flex min-h-7 w-full items-center gap-1 rounded pr-2 text-left hover:bg-sunken aria-selected:bg-accent-soft aria-selected:text-accent ${
        data.kind === 'problem' ? 'text-bad' : ''
      }`}
      style={{ paddingLeft: `${level * 14 + 4}px` }}
      title={data.kind === 'entry' ? itemName(data) : undefined}
      type="button"
    >
      <span className={`w-4 shrink-0 text-muted ${item.isFolder() ? '' : 'invisible'}`}>
        <Icon name={isOpen ? 'down' : 'right'} size={14} />
      </span>
      <span className="shrink-0 text-muted">
        <Icon name={itemIcon(data)} size={15} />
      </span>
      <span className={`grow ${data.kind === 'problem' ? 'wrap-anywhere' : 'truncate'}`}>
        {name}
      </span>
      {item.isFolder() && item.isLoading() && <span className="text-xs text-muted">…</span>}
      {data.kind === 'root' && !data.root.permissions.includes('write') && (
        <span className="text-xs text-muted">read-only</span>
      )}
      {mark !== undefined && (
        <span className="size-2 shrink-0 rounded-full bg-warn">
          <span className="sr-only">{mark}</span>
        </span>
      )}
    </button>
  )
}

function addressOf(item: TreeItem): string | undefined {
  switch (item.kind) {
    case 'root':
      return entryAddress(item.root.name, '')
    case 'entry':
      return entryAddress(item.root, item.entry.path)
    case 'resource':
      return resourceAddress(item.resource.uri)
    case 'template':
      return templateAddress(item.template.uriTemplate)
    default:
      return undefined
  }
}

function selectedId(selection: Selection): string | undefined {
  switch (selection.kind) {
    case 'entry':
      return entryId(selection.root, selection.path)
    case 'resource':
      return resourceId(selection.uri)
    case 'template':
      return `template:${selection.template}`
    default:
      return undefined
  }
}

/**
 * Returns the text of the mark of an item or of a folder with changed contents, or undefined if nothing has
 * changed.
 */
function markOf(marks: Marks, id: string): string | undefined {
  const own = marks.get(id)
  if (own !== undefined) return own.change
  if (marks.size === 0) return undefined
  const entry = readEntryId(id)
  const prefix = id.startsWith(branchId('')) ? resourceId(id.slice(branchId('').length)) : undefined
  const start =
    entry === undefined ? prefix : entryId(entry.root, entry.path === '' ? '' : `${entry.path}/`)
  if (start === undefined) return undefined
  for (const marked of marks.keys()) {
    if (marked !== id && marked.startsWith(start)) return 'contains changes'
  }
  return undefined
}

/** Opens the folders around the selection. */
function useReveal(
  selection: Selection,
  setExpandedItems: (update: (ids: string[]) => string[]) => void,
): void {
  const around = ancestorsOf(selection)
  const key = around.join('\n')
  useEffect(() => {
    if (key === '') return
    const ids = key.split('\n')
    setExpandedItems((current) => [...new Set([...current, ...ids])])
  }, [key, setExpandedItems])
}

function ancestorsOf(selection: Selection): readonly string[] {
  switch (selection.kind) {
    case 'entry':
      return foldersAround(selection.root, selection.path)
    case 'resource':
      return [resourcesId, ...branchesAround(selection.uri).map(branchId)]
    case 'template':
      return [templatesId]
    default:
      return []
  }
}

/** Replaces an item "Show more" by the next page of its folder. */
async function showMore(
  item: ItemInstance<TreeItem>,
  { parent, cursor }: TreeItem & { readonly kind: 'more' },
): Promise<void> {
  const folder = readEntryId(parent)
  const above = item.getParent()
  if (folder === undefined || above === undefined) return
  const known = above.getChildren().filter((child) => child.getId() !== item.getId())
  const next = await loadFolder(parent, { ...folder, cursor }).catch(() => undefined)
  // After a failure the item remains, and can be chosen again.
  if (next === undefined) return
  const tree = above.getTree()
  for (const { id, data } of next) tree.getItemInstance(id).updateCachedData(data, true)
  above.updateCachedChildrenIds([
    ...known.map((child) => child.getId()),
    ...next.map(({ id }) => id),
  ])
}

/** Reads a folder again when an entry in it is created or deleted, and the roots when they change. */
function useReload(getItem: GetItem, roots: readonly Root[], expanded: readonly string[]): void {
  const showRoots = useEffectEvent((current: readonly Root[]) => {
    const items = startItems(current)
    for (const { id, data } of items) getItem(id).updateCachedData(data, true)
    getItem(startId).updateCachedChildrenIds(items.map(({ id }) => id))
  })
  // An entry that was created before the watch started is only reported when it is modified. So a modified
  // entry that the tree lacks also counts as created.
  const isStructural = useEffectEvent(
    (id: string, change: string) => change !== 'modified' || getItem(id).getItemMeta().index < 0,
  )
  const reloadFolder = useEffectEvent((id: string) => {
    if (expanded.includes(id)) void getItem(id).invalidateChildrenIds(true)
  })
  useEffect(() => showRoots(roots), [roots])
  useEffect(
    () =>
      changeMarks.onChange(({ id, change }) => {
        const entry = readEntryId(id)
        if (entry !== undefined && isStructural(id, change)) {
          reloadFolder(entryId(entry.root, folderOf(entry.path)))
        }
      }),
    [],
  )
  useStreamEntries((entry) => {
    if (entry.source !== 'session' || entry.notification.type !== 'resource-list-changed') return
    forgetResources()
    for (const id of expanded) {
      if (id === resourcesId || id.startsWith(branchId('')))
        void getItem(id).invalidateChildrenIds(true)
    }
  })
}
