import { useQuery } from '@tanstack/react-query'
import type { KeyboardEvent, ReactNode } from 'react'
import { useRef, useState } from 'react'
import { Link } from 'wouter'

import { Problem } from '../../elements/problem.tsx'
import { useSettled } from '../../elements/use-settled.ts'
import { briefText } from '../../results/cut-text.ts'
import { shownName } from '../shown-name.ts'
import type { Found, FoundGroup, SearchTarget } from './search-files.ts'
import { searchAll } from './search-files.ts'

export interface SearchPanelProps {
  readonly roots: readonly string[]
  /** Shown while nothing is searched. */
  readonly children: ReactNode
}

const targets: readonly (readonly [SearchTarget, string])[] = [
  ['names', 'Names'],
  ['text', 'Text'],
]

/** Search in the names or the texts of all files and resources. The results replace the tree. */
export function SearchPanel({ roots, children }: SearchPanelProps) {
  const [query, setQuery] = useState('')
  const [target, setTarget] = useState<SearchTarget>('names')
  const searched = useSettled(query.trim())
  const list = useRef<HTMLDivElement>(null)
  const { data, error, isFetching } = useQuery({
    queryKey: ['files', 'search', searched, target, roots],
    queryFn: ({ signal }) => searchAll({ query: searched, target, roots }, signal),
    enabled: searched !== '',
    staleTime: 0,
  })
  const isSearching = query.trim() !== ''
  return (
    <div className="flex h-full min-h-0 flex-col">
      <search className="flex gap-1 p-2">
        <input
          aria-label="Search files"
          className="min-w-0 grow rounded-md border border-edge bg-surface px-2 py-1"
          onChange={({ target: { value } }) => setQuery(value)}
          onKeyDown={(event) => moveFocus(event, list.current)}
          placeholder={target === 'names' ? 'Part of a name, or *.md' : 'Text in files'}
          spellCheck={false}
          type="search"
          value={query}
        />
        <select
          aria-label="Search in"
          className="rounded-md border border-edge bg-surface px-1"
          onChange={({ target: { value } }) => setTarget(value === 'text' ? 'text' : 'names')}
          value={target}
        >
          {targets.map(([value, title]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      </search>
      {/* The arrow keys move between the links, which have the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        className="min-h-0 grow overflow-y-auto"
        onKeyDown={(event) => {
          if (isSearching) moveFocus(event, list.current)
        }}
        ref={list}
      >
        {error !== null && <Problem error={error} />}
        {isSearching ? <Results groups={data} isFetching={isFetching} /> : children}
      </div>
    </div>
  )
}

function Results({
  groups,
  isFetching,
}: {
  readonly groups: readonly FoundGroup[] | undefined
  readonly isFetching: boolean
}) {
  const count = groups?.reduce((sum, { found }) => sum + found.length, 0) ?? 0
  return (
    <div className="px-2 pb-3">
      <p className="py-1 text-sm text-muted" role="status">
        {isFetching || groups === undefined ? 'Searching…' : `${count} found`}
      </p>
      {groups?.map(({ title, found, note }) => (
        <section aria-label={title} key={title}>
          <h2 className="pt-1 text-sm font-medium">{title}</h2>
          <ul>
            {found.map((each) => (
              <li key={each.address}>
                <FoundLink found={each} />
              </li>
            ))}
          </ul>
          {note !== undefined && <p className="text-sm text-muted wrap-anywhere">{note}</p>}
        </section>
      ))}
    </div>
  )
}

function FoundLink({ found: { address, name, line, text } }: { readonly found: Found }) {
  return (
    <Link className="block rounded px-2 py-1 hover:bg-sunken" href={address}>
      <span className="block wrap-anywhere">
        {shownName(name)}
        {line !== undefined && <span className="text-muted">:{line}</span>}
      </span>
      {text !== undefined && (
        <span className="block truncate font-mono text-xs text-muted">
          {briefText(text.trim())}
        </span>
      )}
    </Link>
  )
}

/** Moves the focus from the search into the list, and along its links, with the arrow keys. */
function moveFocus(event: KeyboardEvent, list: HTMLElement | null): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined || list === null) return
  const items = Array.from(list.querySelectorAll<HTMLElement>('a, [role=treeitem]'))
  const next = items[items.findIndex((item) => item === document.activeElement) + step]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}
