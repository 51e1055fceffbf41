import { useMutation } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useLocation, useParams, useSearchParams } from 'wouter'

import { useSession } from '../data/queries.ts'
import { Button } from '../elements/button.tsx'
import { Problem } from '../elements/problem.tsx'
import { link } from '../frame/addresses.ts'
import { ActivityPane } from './activity-pane.tsx'
import type { ActivityLog } from './log/activity-recorder.ts'
import { FilterField, OpenFileButton } from './activity-toolbar.tsx'
import type { EntryReader } from './exchange/entry-content.tsx'
import type { Exchange } from './log/exchange.ts'
import { exportActivity } from './log/export-activity.ts'
import type { OpenedFile } from './log/open-file.ts'
import { openActivityFile } from './log/open-file.ts'
import { SessionField } from './session-field.tsx'
import { readerOf, useActivity, useRows } from './use-activity.ts'

export default function ActivityPage() {
  const { data: session, error } = useSession()
  const [search] = useSearchParams()
  const conversation = search.get('conversation') ?? undefined
  if (error !== null) return <Problem error={error} />
  if (session === undefined) return <p className="p-4 text-muted">Loading…</p>
  const { sessionId } = session
  // Another session has another activity.
  const key = `${sessionId} ${conversation ?? ''}`
  return <SessionActivity conversation={conversation} key={key} sessionId={sessionId} />
}

interface SessionActivityProps {
  readonly sessionId: string
  readonly conversation: string | undefined
}

function SessionActivity({ sessionId, conversation }: SessionActivityProps) {
  const activity = useActivity(sessionId, conversation)
  const open = useMutation({ mutationFn: openActivityFile })
  return (
    <ActivityView
      activity={activity}
      file={open.data}
      isOpening={open.isPending}
      key={open.data?.name}
      onCloseFile={open.reset}
      onOpen={open.mutate}
      openError={open.error}
      reader={readerOf(sessionId, conversation)}
    />
  )
}

interface ActivityViewProps {
  readonly activity: ReturnType<typeof useActivity>
  readonly reader: EntryReader
  readonly file: OpenedFile | undefined
  readonly openError: unknown
  readonly isOpening: boolean
  readonly onOpen: (file: File) => void
  readonly onCloseFile: () => void
}

function ActivityView(props: ActivityViewProps) {
  const { activity, file, isOpening, onOpen, onCloseFile, openError } = props
  const { isLoading, error, clear } = activity
  const [paused, setPaused] = useState<ActivityLog>()
  const [isFollowing, setFollowing] = useState(file === undefined)
  const [search, setSearch] = useSearchParams()
  const { selection, select } = useSelection()
  const query = search.get('filter') ?? ''
  const log = file?.log ?? paused ?? activity.log
  const rows = useRows(log, useDeferredValue(query))
  const reader = file === undefined ? props.reader : fileReader(file)
  const selected = selection === undefined ? undefined : log.find(selection)
  const save = useMutation({ mutationFn: () => exportActivity(log, rows, reader.read) })
  const total = log.end() - log.first()

  const changeFilter = (text: string) => {
    search.delete('filter')
    if (text !== '') search.set('filter', text)
    setSearch(search, { replace: true })
  }
  return (
    <div className="flex h-full flex-col">
      <header className="flex flex-wrap items-center gap-2 border-b border-line p-2 px-3">
        <h1 className="text-xl font-semibold">Activity</h1>
        <SessionField isDisabled={file !== undefined} />
        <FilterField onChange={changeFilter} value={query} />
        <div className="flex flex-wrap gap-1">
          {file === undefined && (
            <>
              <Button
                aria-pressed={paused !== undefined}
                icon={paused === undefined ? 'pause' : 'play'}
                onClick={() => setPaused(paused === undefined ? activity.copy() : undefined)}
              >
                {paused === undefined ? 'Pause' : 'Resume'}
              </Button>
              <Button
                aria-pressed={isFollowing}
                className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
                icon="down"
                onClick={() => setFollowing(!isFollowing)}
              >
                Follow
              </Button>
              <Button
                icon="trash"
                onClick={() => {
                  setPaused(undefined)
                  clear()
                }}
              >
                Clear
              </Button>
            </>
          )}
          <Button icon="download" disabled={save.isPending} onClick={() => save.mutate()}>
            {save.isPending ? 'Exporting…' : 'Export'}
          </Button>
          <OpenFileButton isDisabled={isOpening} onOpen={onOpen} />
        </div>
      </header>
      {[error, openError, save.error].map(
        (each, index) =>
          each !== undefined && each !== null && <Problem error={each} key={`${index}`} />,
      )}
      {file !== undefined && <FileBanner file={file} onClose={onCloseFile} />}
      <p aria-live="polite" className="px-3 py-1 text-sm text-muted">
        {isLoading && file === undefined
          ? 'Loading…'
          : `${format(rows.count)} of ${format(total)} exchanges`}
        {paused !== undefined && `, paused, ${format(activity.log.end() - paused.end())} new`}
        {(save.data ?? 0) > 0 &&
          `. ${save.data} entries are no longer available and were not exported.`}
      </p>
      {!isLoading && total === 0 && (
        <p className="px-3 text-muted">
          Nothing has happened in this session yet. Each request, response and notification will be
          a line here.
        </p>
      )}
      <ActivityPane
        isFollowing={isFollowing && paused === undefined}
        isWide
        log={log}
        onFollowingChange={setFollowing}
        onSelect={select}
        reader={reader}
        rows={rows}
        selected={selected}
      />
      {selection !== undefined && selected === undefined && !isLoading && (
        <p className="border-t border-line p-3 text-warn" role="status">
          The entry {selection} is not in the activity of this session.
        </p>
      )}
    </div>
  )
}

/** The selected exchange, which is a part of the address. */
function useSelection() {
  const { '*': text } = useParams<{ '*': string }>()
  const [, navigate] = useLocation()
  const [search] = useSearchParams()
  const suffix = search.size === 0 ? '' : `?${search}`
  return {
    selection: text ? Number(text) : undefined,
    select: (exchange: Exchange | undefined) => {
      const next = exchange === undefined ? [] : [String(exchange.seq)]
      // Only the first selection adds an entry to the history of the browser.
      const replace = text !== undefined && text !== ''
      navigate(link('activity', ...next) + suffix, { replace })
    },
  }
}

function FileBanner({
  file,
  onClose,
}: {
  readonly file: OpenedFile
  readonly onClose: () => void
}) {
  const { count, first } = file.invalid
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-accent-soft px-3 py-1 text-sm">
      <span className="min-w-0 grow wrap-anywhere">
        From the file {file.name}, not from your session.
        {count > 0 && ` ${count} lines are not entries and were left out. ${first}`}
      </span>
      <Button onClick={onClose}>Close the file</Button>
    </div>
  )
}

const fileReader = (file: OpenedFile): EntryReader => ({
  id: `file ${file.name}`,
  read: file.readEntry,
})

const format = (count: number): string => count.toLocaleString('en')
