import { useState } from 'react'
import { Link, useLocation } from 'wouter'

import { useSession } from '../data/queries.ts'
import { Button, IconButton } from '../elements/button.tsx'
import { Problem } from '../elements/problem.tsx'
import { ActivityPane } from './activity-pane.tsx'
import type { PanelScope } from './panel-scope.ts'
import { activityAddress, scopeOf } from './panel-scope.ts'
import { readerOf, useActivity, useRows } from './use-activity.ts'

const wholeScope: PanelScope = { title: undefined, conversation: undefined, filter: '' }

/** The activity beside a view: by default the exchanges of the view. */
export default function ActivityPanel({ onClose }: { readonly onClose: () => void }) {
  const [address] = useLocation()
  const { data: session, error } = useSession()
  const [isWhole, setWhole] = useState(false)
  const ofView = scopeOf(address)
  const scope = isWhole ? wholeScope : ofView
  return (
    <aside
      aria-label="Activity panel"
      className="flex min-h-0 shrink-0 flex-col border-line bg-surface max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:z-20 max-sm:h-[60dvh] max-sm:border-t max-sm:shadow-xl sm:w-80 sm:border-l xl:w-96"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose()
      }}
    >
      <header className="flex items-center gap-1 border-b border-line bg-raised py-1 pr-1 pl-3">
        <h2 className="min-w-0 grow truncate font-semibold">
          <Link className="underline" href={activityAddress(scope)}>
            Activity
          </Link>
          {scope.title !== undefined && (
            <span className="font-normal text-muted"> of {scope.title}</span>
          )}
        </h2>
        {ofView.title !== undefined && (
          <Button aria-pressed={isWhole} kind="quiet" onClick={() => setWhole(!isWhole)}>
            {isWhole ? 'This view' : 'All'}
          </Button>
        )}
        <IconButton icon="close" label="Close the activity panel" onClick={onClose} />
      </header>
      {error !== null && <Problem error={error} />}
      {session !== undefined && (
        <PanelContent
          key={`${session.sessionId} ${scope.conversation ?? ''}`}
          scope={scope}
          sessionId={session.sessionId}
        />
      )}
    </aside>
  )
}

function PanelContent({
  scope: { conversation, filter },
  sessionId,
}: {
  readonly scope: PanelScope
  readonly sessionId: string
}) {
  const { log, isLoading, error } = useActivity(sessionId, conversation)
  const rows = useRows(log, filter)
  const [selected, setSelected] = useState<number>()
  const [isFollowing, setFollowing] = useState(true)
  return (
    <>
      {error !== undefined && <Problem error={error} />}
      {!isLoading && rows.count === 0 && (
        <p className="p-3 text-sm text-muted">
          Nothing yet. What this view requests will be a line here.
        </p>
      )}
      <ActivityPane
        isFollowing={isFollowing && selected === undefined}
        log={log}
        onFollowingChange={setFollowing}
        onSelect={(exchange) => setSelected(exchange?.number)}
        reader={readerOf(sessionId, conversation)}
        rows={rows}
        selected={selected === undefined ? undefined : log.at(selected)}
      />
    </>
  )
}
