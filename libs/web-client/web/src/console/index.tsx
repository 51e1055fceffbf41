import { useMemo, useState } from 'react'
import { Link, useParams, useSearch } from 'wouter'
import { useHistoryState } from 'wouter/use-browser-location'

import { useCatalogue } from '../data/queries.ts'
import { Problem } from '../elements/problem.tsx'
import { link } from '../frame/addresses.ts'
import { readCallArguments, readCallState } from './call-address.ts'
import { CallView } from './call-view.tsx'
import type { CatalogueEntry } from './catalogue.ts'
import { entriesOf } from './catalogue.ts'
import { OperationTree } from './tree/operation-tree.tsx'
import { savedEntries } from './saved/saved-entries.ts'
import { useSavedCalls } from './saved/use-saved-calls.ts'
import type { TextStorage } from './recent-calls.ts'
import { readFavourites, readRecentCalls, rememberCall, toggleFavourite } from './recent-calls.ts'

/** The storage of the browser. A browser that blocks it throws at each access. */
const storage: TextStorage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, value),
}

/** The console: every operation of every server, with its form. */
export default function ConsolePage() {
  const { data: servers, error } = useCatalogue()
  const params = useParams<{ readonly '*'?: string }>()
  // The hook is used only because it renders the page again when the query changes. Its value is already
  // decoded, and a second decoding would change escaped characters.
  useSearch()
  const query = location.search
  const state: unknown = useHistoryState()
  const initial = readCallArguments(query) ?? readCallState(state)
  const [favourites, setFavourites] = useState(() => readFavourites(storage))
  const { data: calls } = useSavedCalls()
  const [recent, setRecent] = useState(() => readRecentCalls(storage))
  const entries = useMemo(() => (servers === undefined ? undefined : entriesOf(servers)), [servers])
  const [server = '', path = ''] = (params['*'] ?? '').split('/')
  if (entries === undefined) {
    return (
      <div className="p-4">
        {error === null ? <p className="text-muted">Loading…</p> : <Problem error={error} />}
      </div>
    )
  }
  const saved = savedEntries(calls, entries)
  const selected = entries.find((entry) => entry.server === server && entry.path === path)
  const isListHidden = server === '' ? '' : 'max-md:hidden'
  return (
    <div className="flex h-full min-h-0">
      <nav
        aria-label="Operations"
        className={`w-full shrink-0 border-r border-line md:w-72 ${isListHidden}`}
      >
        {server === '' && <h1 className="sr-only md:hidden">Console</h1>}
        <OperationTree
          entries={entries}
          favourites={favourites}
          recent={recent}
          saved={saved}
          selected={selected}
        />
      </nav>
      <div className={`min-w-0 grow overflow-y-auto ${server === '' ? 'max-md:hidden' : ''}`}>
        {server !== '' && (
          <Link className="block px-4 pt-3 text-accent underline md:hidden" href={link('console')}>
            All operations
          </Link>
        )}
        {selected === undefined ? (
          <Unselected entries={entries} path={path} server={server} />
        ) : (
          <CallView
            entry={selected}
            initial={initial ?? {}}
            isFavourite={favourites.includes(selected.name)}
            key={`${selected.name} ${JSON.stringify(initial)}`}
            onCalled={(call) => setRecent(rememberCall(storage, call))}
            onFavourite={() => setFavourites(toggleFavourite(storage, selected.name))}
          />
        )}
      </div>
    </div>
  )
}

/** The start of the console, or the reason why an address has no operation. */
function Unselected({
  entries,
  server,
  path,
}: {
  readonly entries: readonly CatalogueEntry[]
  readonly server: string
  readonly path: string
}) {
  const isKnown = entries.some((entry) => entry.server === server)
  return (
    <div className="max-w-prose p-4">
      <h1 className="text-xl font-semibold">Console</h1>
      {server !== '' && !isKnown && (
        <p className="my-2 text-bad wrap-anywhere">No server is named “{server}”.</p>
      )}
      {isKnown && path !== '' && (
        <p className="my-2 text-bad wrap-anywhere">
          The server “{server}” has no operation “{path}”.
        </p>
      )}
      <p className="my-2">
        Choose one of {entries.length} operations in the list, or search it by what it does. Every
        operation has a form, examples, and the same call for <code>curl</code>, TypeScript and the
        terminal.
      </p>
    </div>
  )
}
