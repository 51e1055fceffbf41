import { isRecord } from '@mcp/protocol/light'

import { callAddress } from '../../console/call-address.ts'
import { callOperation } from '../../data/call-operation.ts'
import { sendCall } from '../../data/send-call.ts'
import { searchAll } from '../../files/search/search-files.ts'
import { tableAddress } from '../../database/table-address.ts'
import type { PaletteEntry } from './rank.ts'

/** An object of a server that a search has found. */
export interface FoundObject extends PaletteEntry {
  readonly address: string
}

/** Maximum number of roots and of databases that are searched. */
const maxPlaces = 10
/** Maximum number of results of one root, one database, the resources or the prompts. */
const maxFound = 10

type Search = (query: string, signal: AbortSignal) => Promise<FoundObject[]>

/**
 * The searches of the servers. They are separate, because one may take longer: a database may have to start
 * first.
 */
export const objectSearches = {
  files: findFiles,
  tables: findTables,
  prompts: findPrompts,
} as const satisfies Readonly<Record<string, Search>>

async function findFiles(query: string, signal: AbortSignal): Promise<FoundObject[]> {
  const { items } = await callOperation('roots', 'listRoots', { limit: maxPlaces }, { signal })
  const roots = items.map(({ name }) => name)
  const groups = await searchAll({ query, target: 'names', roots, limit: maxFound }, signal)
  return groups.flatMap(({ title, found }) =>
    found.map(({ name, address, isFolder = false }) => {
      const isResource = !roots.includes(title)
      return {
        id: `file/${address}`,
        title: name.slice(name.lastIndexOf('/') + 1),
        detail: isResource ? name : `${title}/${name}`,
        kind: isResource ? 'Resource' : isFolder ? 'Folder' : 'File',
        words: query,
        address,
      }
    }),
  )
}

async function findTables(query: string, signal: AbortSignal): Promise<FoundObject[]> {
  const { items: databases } = await callOperation(
    'database',
    'listDatabases',
    { limit: maxPlaces },
    { signal },
  )
  const found = await Promise.all(
    databases.map(async ({ name: database }) => {
      // Columns and indexes are among the objects, and are not shown.
      const params = { database, query, limit: maxFound * 5 }
      const { items } = await callOperation('database', 'searchObjects', params, { signal })
      return items
        .filter(({ kind, table }) => table === undefined && kind !== 'routine')
        .slice(0, maxFound)
        .map(({ schema, name, kind }) => ({
          id: `table/${database}/${schema}/${name}`,
          title: name,
          detail: `${database}.${schema}`,
          kind: kind === 'table' ? 'Table' : 'View of a database',
          words: query,
          address: tableAddress(database, { schema, name }),
        }))
    }),
  )
  return found.flat()
}

async function findPrompts(query: string, signal: AbortSignal): Promise<FoundObject[]> {
  const payload = { operation: 'list', params: { query, limit: maxFound } }
  const { result } = await sendCall({ type: 'prompt-template', payload }, { signal })
  const items = isRecord(result) && Array.isArray(result['items']) ? result['items'] : []
  return items.filter(isRecord).map(({ name, title }) => {
    const prompt = String(name)
    return {
      id: `prompt/${prompt}`,
      title: prompt,
      detail: typeof title === 'string' ? title : '',
      kind: 'Prompt',
      words: query,
      address: callAddress({ server: 'prompts', path: 'render' }, { prompt }),
    }
  })
}
