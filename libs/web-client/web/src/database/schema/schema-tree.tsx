import { asyncDataLoaderFeature, hotkeysCoreFeature } from '@headless-tree/core'
import { useTree } from '@headless-tree/react'
import { useQueryClient } from '@tanstack/react-query'

import { Icon } from '../../elements/icon.tsx'
import type { TableInfo } from '../queries.ts'
import type { SchemaItem } from './schema-items.ts'
import { loadChildren, loadingItem, rootId, rootItem } from './schema-items.ts'

export interface SchemaTreeProps {
  readonly database: string
  /** Called when the user chooses a table. */
  readonly onChoose: (table: TableInfo) => void
}

const folders = new Set(['root', 'schema', 'table'])
/** Kinds that are clear without their name. */
const unnamedKinds = new Set([...folders, 'column', 'none', 'loading'])

/**
 * The schemas, tables, columns, keys and indexes of a database. The children of an item are read when the
 * item opens.
 */
export function SchemaTree({ database, onChoose }: SchemaTreeProps) {
  const client = useQueryClient()
  const tree = useTree<SchemaItem>({
    rootItemId: rootId,
    getItemName: (item) => item.getItemData().title,
    isItemFolder: (item) => folders.has(item.getItemData().kind),
    createLoadingItemData: () => loadingItem,
    dataLoader: {
      getItem: () => rootItem,
      getChildrenWithData: (id) => loadChildren(client, database, id),
    },
    onPrimaryAction: (item) => {
      const { table } = item.getItemData()
      if (table !== undefined) onChoose(table)
    },
    features: [asyncDataLoaderFeature, hotkeysCoreFeature],
  })
  const items = tree.getItems()
  return (
    <div className="min-h-0 grow overflow-auto py-1 text-sm">
      <div {...tree.getContainerProps('Schema')} hidden={items.length === 0}>
        {items.map((item) => {
          const { kind, title, detail = '' } = item.getItemData()
          const shownKind = unnamedKinds.has(kind) ? '' : kind
          return (
            <div
              {...item.getProps()}
              // The accessible name is the content.
              aria-label={undefined}
              className="flex min-h-6 cursor-default items-center gap-1 pr-2 hover:bg-sunken"
              key={item.getId()}
              style={{ paddingLeft: 6 + item.getItemMeta().level * 16 }}
              title={[title, detail].filter((part) => part !== '').join(': ')}
            >
              <span className="w-4 shrink-0 text-muted">
                {item.isFolder() && <Icon name={item.isExpanded() ? 'down' : 'right'} size={14} />}
              </span>
              <span className={`truncate ${kind === 'problem' ? 'text-bad' : ''}`}>{title}</span>
              {shownKind !== '' && <span className="shrink-0 text-xs text-muted">{shownKind}</span>}
              <span className="min-w-0 shrink-[4] truncate text-xs text-muted">{detail}</span>
            </div>
          )
        })}
      </div>
      {items.length === 0 && <p className="px-3 text-muted">Loading the schema…</p>}
    </div>
  )
}
