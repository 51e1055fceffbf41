import { useMemo, useRef, useState } from 'react'
import { Link } from 'wouter'

import { Icon } from '../../elements/icon.tsx'
import type { CatalogueEntry } from '../catalogue.ts'
import { groupsOf } from '../catalogue.ts'
import { callAddress, callLink } from '../call-address.ts'
import type { SavedEntry } from '../saved/saved-entries.ts'
import { SavedList } from '../saved/saved-list.tsx'
import { moveFocus } from './move-focus.ts'
import { briefText } from '../../results/cut-text.ts'
import type { RecentCall } from '../recent-calls.ts'
import { createOperationSearch } from './search-operations.ts'

export interface OperationTreeProps {
  readonly entries: readonly CatalogueEntry[]
  readonly selected: CatalogueEntry | undefined
  readonly favourites: readonly string[]
  readonly recent: readonly RecentCall[]
  readonly saved: readonly SavedEntry[]
}

/**
 * Servers and their operations, with favourites, saved calls and the history. The results of a search replace
 * all of them.
 */
export function OperationTree(props: OperationTreeProps) {
  const { entries, selected, favourites, recent, saved } = props
  const [query, setQuery] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const search = useMemo(() => createOperationSearch(entries), [entries])
  const found = query.trim() === '' ? undefined : search(query)
  const byName = useMemo(() => new Map(entries.map((entry) => [entry.name, entry])), [entries])
  const starred = favourites.flatMap((name) => byName.get(name) ?? [])
  const calls = recent.filter(({ name }) => byName.has(name)).slice(0, 15)
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="p-2">
        <input
          aria-label="Search operations"
          className="w-full rounded-md border border-edge bg-surface px-2 py-1"
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => moveFocus(event, list.current)}
          placeholder={`Search ${entries.length} operations`}
          spellCheck={false}
          type="search"
          value={query}
        />
        <p className="sr-only" role="status">
          {found === undefined ? '' : `${found.length} operations found`}
        </p>
      </div>
      {/* The keys move between the links, which have the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        className="min-h-0 grow overflow-y-auto px-2 pb-3"
        onKeyDown={(event) => moveFocus(event, list.current)}
        ref={list}
      >
        {found === undefined ? (
          <>
            {starred.length > 0 && (
              <Group isOpen title="Favourites">
                <Entries entries={starred} isNamed selected={selected} />
              </Group>
            )}
            {saved.length > 0 && (
              <Group count={saved.length} title="Saved">
                <SavedList saved={saved} />
              </Group>
            )}
            {calls.length > 0 && (
              <Group title="History">
                <ul>
                  {calls.map((call) => (
                    <RecentItem call={call} entry={byName.get(call.name)} key={call.at} />
                  ))}
                </ul>
              </Group>
            )}
            {groupsOf(entries).map(({ title, entries: members }) => (
              <Group
                count={members.length}
                isOpen={members.some(({ name }) => name === selected?.name)}
                key={title}
                title={title}
              >
                <Entries entries={members} selected={selected} />
              </Group>
            ))}
          </>
        ) : (
          <>
            <Entries entries={found.slice(0, 50)} isNamed selected={selected} />
            {found.length === 0 && <p className="p-2 text-muted">No operation matches.</p>}
          </>
        )}
      </div>
    </div>
  )
}

function Group({
  title,
  count,
  isOpen = false,
  children,
}: {
  readonly title: string
  readonly count?: number
  readonly isOpen?: boolean
  readonly children: React.ReactNode
}) {
  const [isChosen, setChosen] = useState<boolean>()
  return (
    <details onToggle={(event) => setChosen(event.currentTarget.open)} open={isChosen ?? isOpen}>
      <summary className="rounded px-1 py-1 font-medium hover:bg-sunken">
        {title}
        {count !== undefined && <span className="ml-1.5 text-xs text-muted">{count}</span>}
      </summary>
      {children}
    </details>
  )
}

const linkClass =
  'block rounded px-2 py-1 hover:bg-sunken aria-[current]:bg-accent-soft aria-[current]:text-accent'

function Entries({
  entries,
  selected,
  isNamed = false,
}: {
  readonly entries: readonly CatalogueEntry[]
  readonly selected: CatalogueEntry | undefined
  readonly isNamed?: boolean
}) {
  return (
    <ul className="mb-1">
      {entries.map((entry) => (
        <li key={entry.name}>
          <Link
            aria-current={entry.name === selected?.name ? 'page' : undefined}
            className={linkClass}
            href={callAddress(entry)}
          >
            {entry.operation.title}
            {isNamed && (
              <span className="block truncate font-mono text-xs text-muted">{entry.name}</span>
            )}
          </Link>
        </li>
      ))}
    </ul>
  )
}

function RecentItem({
  call,
  entry,
}: {
  readonly call: RecentCall
  readonly entry: CatalogueEntry | undefined
}) {
  if (entry === undefined) return null
  return (
    <li>
      <Link className={linkClass} {...callLink(entry, call.args)}>
        <span className="flex items-center gap-1">
          {call.status !== 'success' && (
            <span className="text-bad" title={call.status}>
              <Icon name="warning" size={14} />
              <span className="sr-only">{call.status}: </span>
            </span>
          )}
          {entry.operation.title}
        </span>
        <span className="block truncate font-mono text-xs text-muted">
          {briefText(call.args, 100)}
        </span>
      </Link>
    </li>
  )
}
