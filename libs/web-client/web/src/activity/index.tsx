import { useMutation } from '@tanstack/react-query'
import { useDeferredValue, useMemo, useState } from 'react'
import { useLocation, useParams, useSearchParams } from 'wouter'

import { useSession } from '../data/queries.ts'
import { Button } from '../elements/button.tsx'
import { TextField } from '../elements/field.tsx'
import { Problem } from '../elements/problem.tsx'
import { link } from '../frame/addresses.ts'
import { ExchangeDetail } from './exchange-detail.tsx'
import { ExchangeList } from './exchange-list.tsx'
import { exportActivity } from './export-activity.ts'
import { parseFilter } from './filter.ts'
import { useActivity } from './use-activity.ts'

export default function ActivityPage() {
  const { data: session, error } = useSession()
  if (error !== null) return <Problem error={error} />
  if (session === undefined) return <p className="p-4 text-muted">Loading…</p>
  // Another session has another activity.
  return <SessionActivity key={session.sessionId} />
}

function SessionActivity() {
  const { log, isLoading, error, clear } = useActivity()
  const [pausedLog, setPausedLog] = useState<typeof log>()
  const [isFollowing, setFollowing] = useState(true)
  const [search, setSearch] = useSearchParams()
  const { '*': selection } = useParams<{ '*': string }>()
  const [, navigate] = useLocation()

  const query = search.get('filter') ?? ''
  const deferredQuery = useDeferredValue(query)
  const { exchanges } = pausedLog ?? log
  const shown = useMemo(
    () => exchanges.filter(parseFilter(deferredQuery)),
    [exchanges, deferredQuery],
  )
  const selected = selection ? Number(selection) : undefined
  const current = exchanges.find(({ seq, kind }) => seq === selected && kind !== 'gap')
  const save = useMutation({ mutationFn: () => exportActivity(shown) })
  const suffix = query === '' ? '' : `?${search}`

  return (
    <div className="flex h-full flex-col">
      <header className="flex flex-wrap items-end gap-2 border-b border-line p-2 px-3">
        <h1 className="self-center text-xl font-semibold">Activity</h1>
        <TextField
          className="min-w-48 grow"
          isLabelHidden
          label="Filter"
          onChange={({ target }) =>
            setSearch(target.value === '' ? {} : { filter: target.value }, { replace: true })
          }
          placeholder="words, server:roots, status:error, kind:request, duration:>500"
          type="search"
          value={query}
        />
        <Button
          aria-pressed={pausedLog !== undefined}
          icon={pausedLog === undefined ? 'pause' : 'play'}
          onClick={() => setPausedLog(pausedLog === undefined ? log : undefined)}
        >
          {pausedLog === undefined ? 'Pause' : 'Resume'}
        </Button>
        <Button aria-pressed={isFollowing} icon="down" onClick={() => setFollowing(!isFollowing)}>
          Follow
        </Button>
        <Button icon="download" disabled={save.isPending} onClick={() => save.mutate()}>
          Export
        </Button>
        <Button icon="trash" onClick={clear}>
          Clear
        </Button>
      </header>
      {error !== undefined && <Problem error={error} />}
      <p className="px-3 py-1 text-sm text-muted" aria-live="polite">
        {isLoading ? 'Loading…' : `${shown.length} of ${exchanges.length} exchanges`}
        {pausedLog !== undefined && `, paused, ${log.exchanges.length - exchanges.length} new`}
      </p>
      {!isLoading && exchanges.length === 0 && (
        <p className="px-3 text-muted">
          Nothing has happened in this session yet. Each request, response and notification will be
          a line here.
        </p>
      )}
      <div className="flex min-h-0 grow flex-col lg:flex-row">
        <ExchangeList
          exchanges={shown}
          isFollowing={isFollowing && pausedLog === undefined && current === undefined}
          onSelect={(seq) => navigate(link('activity', String(seq)) + suffix)}
          selected={selected}
        />
        {current !== undefined && (
          <ExchangeDetail exchange={current} onClose={() => navigate(link('activity') + suffix)} />
        )}
        {selected !== undefined && current === undefined && !isLoading && (
          <p className="p-3 text-warn" role="status">
            The entry {selection} is not in the activity of this session.
          </p>
        )}
      </div>
    </div>
  )
}
