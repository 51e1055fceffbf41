import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'

import { Problem } from '../../elements/problem.tsx'
import { callOperation } from '../../data/call-operation.ts'
import { databaseKey } from '../queries.ts'

export interface SearchResultsProps {
  readonly database: string
  readonly text: string
  /** Called when the user chooses a table, directly or by one of its columns or indexes. */
  readonly onChoose: (table: { readonly schema: string; readonly name: string }) => void
}

/** Tables, columns, indexes and routines whose name or comment contains a text. */
export function SearchResults({ database, text, onChoose }: SearchResultsProps) {
  const query = useDeferredValue(text.trim())
  const { data, error } = useQuery({
    queryKey: [...databaseKey(database), 'search', query],
    queryFn: ({ signal }) =>
      callOperation('database', 'searchObjects', { database, query, limit: 200 }, { signal }),
    enabled: query !== '',
  })
  if (error !== null) return <Problem error={error} />
  const items = data?.items ?? []
  return (
    <div className="min-h-0 grow overflow-auto py-1 text-sm">
      <p className="px-3 text-xs text-muted" role="status">
        {data === undefined ? 'Searching…' : `${items.length} found`}
      </p>
      <ul>
        {items.map(({ kind, schema, name, table }) => {
          const target = table ?? name
          return (
            <li key={[kind, schema, table, name].join('\n')}>
              <button
                className="flex min-h-6 w-full items-center gap-1.5 px-3 text-left hover:bg-sunken"
                disabled={kind === 'routine'}
                onClick={() => onChoose({ schema, name: target })}
                type="button"
              >
                <span className="truncate">{name}</span>
                <span className="shrink-0 text-xs text-muted">{kind}</span>
                {table !== undefined && (
                  <span className="truncate text-xs text-muted">of {table}</span>
                )}
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
