import { isRecord } from '@mcp/protocol/light'
import { useQueries } from '@tanstack/react-query'
import { useDeferredValue } from 'react'

import type { CatalogueEntry } from './catalogue.ts'
import type { Arguments } from './operation-call.ts'
import { argumentsSchema } from './operation-call.ts'
import { callOperation } from '../data/call-operation.ts'
import { completePrompt } from '../data/complete-prompt.ts'
import { sendCall } from '../data/send-call.ts'
import type { Completion } from '../elements/completed-field.tsx'
import { offerKey } from '../forms/fields/form-context.ts'

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
  // A list is requested only for a known name. For others, such as a root whose name is being typed, the
  // server would return an error.
  const dependent = offered.flatMap(([name, source]) => {
    const target = args[source.of ?? '']
    const isKnown = typeof target === 'string' && targets[source.of ?? '']?.includes(target)
    return isKnown === true && source.of !== undefined
      ? [{ name, ...source, target: { [source.of]: target } }]
      : []
  })
  const entries = useEntryOffers(server, args, (of) =>
    Object.values(targets).some((names) => names.includes(of)),
  )
  return { ...targets, ...useLists(type, dependent), ...entries }
}

/** Record arguments whose entries the server of an operation completes. */
const completed: Readonly<Record<string, (args: Arguments) => CompletedRecord | undefined>> = {
  prompts({ prompt, arguments: values }) {
    if (typeof prompt !== 'string' || !isRecord(values)) return undefined
    return {
      argument: 'arguments',
      values,
      of: prompt,
      complete: (name, context, typed, signal) =>
        completePrompt({ prompt, argument: name, context }, typed, signal),
    }
  },
  resources({ template, variables }) {
    if (typeof template !== 'string' || !isRecord(variables)) return undefined
    return {
      argument: 'variables',
      values: variables,
      of: template,
      complete: (variable, context, value, signal) =>
        callOperation('resources', 'complete', { template, variable, value, context }, { signal }),
    }
  },
}

interface CompletedRecord {
  /** Name of the argument that is a record. */
  readonly argument: string
  readonly values: Readonly<Record<string, unknown>>
  /** Name of the prompt or template that the entries belong to. */
  readonly of: string
  readonly complete: (
    name: string,
    context: Readonly<Record<string, string>>,
    typed: string,
    signal: AbortSignal,
  ) => Promise<Completion>
}

/** Maximum number of entries of a record that are completed. */
const maxCompleted = 10

/**
 * Returns the values that a server offers for the entries of a record, such as the arguments of a prompt.
 * Nothing is requested for a prompt or template that does not exist.
 */
function useEntryOffers(server: string, args: Arguments, isKnown: (of: string) => boolean): Offers {
  const entered = completed[server]?.(args)
  const record = useDeferredValue(
    entered !== undefined && isKnown(entered.of) ? entered : undefined,
  )
  const texts = Object.entries(record?.values ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return useQueries({
    queries: texts.slice(0, maxCompleted).map(([name, typed]) => {
      const context = Object.fromEntries(texts.filter(([other]) => other !== name))
      return {
        queryKey: ['offers', server, record?.of, name, context, typed],
        queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
          record?.complete(name, context, typed, signal) ?? { values: [], hasMore: false },
        retry: false,
      }
    }),
    combine: (results) =>
      Object.fromEntries(
        results.map(({ data }, index) => [
          offerKey([record?.argument ?? '', texts[index]?.[0] ?? '']),
          data?.values ?? [],
        ]),
      ),
  })
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
