import { isRecord } from '@mcp/protocol/light'
import { useQuery } from '@tanstack/react-query'

import type { CatalogueEntry } from './catalogue.ts'
import { argumentsSchema, targetArgument } from './operation-call.ts'
import { sendCall } from './send-call.ts'

/** Operation of each server that lists the values of its target. */
const lists: Readonly<Record<string, { readonly operation: string; readonly field: string }>> = {
  roots: { operation: 'listRoots', field: 'name' },
  database: { operation: 'listDatabases', field: 'name' },
  resources: { operation: 'list', field: 'uri' },
  prompts: { operation: 'list', field: 'name' },
  sampling: { operation: 'listModels', field: 'model' },
}

const none: Readonly<Record<string, readonly string[]>> = {}

/** Returns the values that exist now for the target of an operation and for params of the same name. */
export function useOffers(entry: CatalogueEntry): Readonly<Record<string, readonly string[]>> {
  const { server, operation } = entry
  const list = lists[server]
  const name = targetArgument(operation)
  const { properties } = argumentsSchema(operation)
  const names = [name, ...(server === 'resources' ? ['uri'] : [])].filter(
    (each) => each !== undefined && isRecord(properties) && each in properties,
  )
  const { data = [] } = useQuery({
    queryKey: ['offers', server],
    enabled: list !== undefined && names.length > 0,
    queryFn: async ({ signal }) => {
      const payload = { operation: list?.operation, params: {} }
      const request = { type: operation.type, payload }
      const { result } = await sendCall(request, { signal, onProgress: () => {} })
      return namesIn(result, list?.field ?? '')
    },
    // Without the list, the user types the value.
    retry: false,
  })
  if (data.length === 0) return none
  return Object.fromEntries(names.map((each) => [each, data]))
}

function namesIn(result: unknown, field: string): string[] {
  const items = isRecord(result) && Array.isArray(result['items']) ? result['items'] : []
  return items.filter(isRecord).flatMap((item) => {
    const value = item[field]
    return typeof value === 'string' ? [value] : []
  })
}
