import { isRecord } from '@mcp/protocol/light'
import { useQueries } from '@tanstack/react-query'

import type { CatalogueEntry } from './catalogue.ts'
import type { Arguments } from './operation-call.ts'
import { argumentsSchema } from './operation-call.ts'
import { sendCall } from '../data/send-call.ts'

/** An operation that lists the values of an argument. */
interface OfferSource {
  readonly operation: string
  /** Field of an item with the value. */
  readonly field: string
  /** Argument that the list depends on. */
  readonly of?: string
  /** The target of the request, if it does not depend on an argument. */
  readonly target?: Readonly<Record<string, string>>
}

const sources: Readonly<Record<string, Readonly<Record<string, OfferSource>>>> = {
  roots: {
    root: { operation: 'listRoots', field: 'name' },
    toRoot: { operation: 'listRoots', field: 'name' },
    path: { operation: 'listDirectory', field: 'path', of: 'root' },
  },
  database: {
    database: { operation: 'listDatabases', field: 'name' },
    schema: { operation: 'listSchemas', field: 'name', of: 'database' },
    table: { operation: 'listTables', field: 'name', of: 'database' },
  },
  resources: {
    resource: { operation: 'list', field: 'uri' },
    template: { operation: 'listTemplates', field: 'uriTemplate' },
  },
  prompts: { prompt: { operation: 'list', field: 'name' } },
  sampling: { model: { operation: 'listModels', field: 'model' } },
  tools: {
    name: { operation: 'list', field: 'name', target: { tool: 'tools' } },
    tool: { operation: 'list', field: 'name', target: { tool: 'tools' } },
  },
}

type Offers = Readonly<Record<string, readonly string[]>>

/** Returns the values that exist now for the arguments of an operation, as its server lists them. */
export function useOffers({ server, operation }: CatalogueEntry, args: Arguments): Offers {
  const { type } = operation
  const { properties } = argumentsSchema(operation)
  const offered = Object.entries(sources[server] ?? {}).filter(
    ([name]) => isRecord(properties) && name in properties,
  )
  const targets = useLists(
    type,
    offered.flatMap(([name, source]) => (source.of === undefined ? [{ name, ...source }] : [])),
  )
  // A list of something that does not exist, such as a root whose name is being typed, is an error.
  const dependent = offered.flatMap(([name, source]) => {
    const target = args[source.of ?? '']
    const isKnown = typeof target === 'string' && targets[source.of ?? '']?.includes(target)
    return isKnown === true && source.of !== undefined
      ? [{ name, ...source, target: { [source.of]: target } }]
      : []
  })
  return { ...targets, ...useLists(type, dependent) }
}

interface OfferList extends OfferSource {
  readonly name: string
}

function useLists(type: string, lists: readonly OfferList[]): Offers {
  return useQueries({
    queries: lists.map(({ operation, field, target }) => ({
      queryKey: ['offers', type, operation, target],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
        const payload = { ...target, operation, params: {} }
        const { result } = await sendCall({ type, payload }, { signal })
        return namesIn(result, field)
      },
      // Without the list, the user types the value.
      retry: false,
    })),
    combine: (results) =>
      Object.fromEntries(results.map(({ data = [] }, index) => [lists[index]?.name ?? '', data])),
  })
}

function namesIn(result: unknown, field: string): string[] {
  const items = isRecord(result) && Array.isArray(result['items']) ? result['items'] : []
  return items.filter(isRecord).flatMap((item) => {
    const value = item[field]
    return typeof value === 'string' ? [value] : []
  })
}
