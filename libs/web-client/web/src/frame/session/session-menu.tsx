import type { SessionInfo, SessionList } from '@mcp/protocol/rest'
import { useState } from 'react'

import { useSession } from '../../data/queries.ts'
import { Button } from '../../elements/button.tsx'
import { HeaderMenu } from '../../elements/menu.tsx'
import { Problem } from '../../elements/problem.tsx'
import { useNow } from '../../elements/use-now.ts'
import { describeDuration } from './describe-time.ts'
import { useCloseSession, useNewSession, useSessions, useSwitchSession } from './use-sessions.ts'

/** The session: its age, when it ends, and the other sessions of the user. */
export function SessionMenu() {
  const { data: session, error } = useSession()
  const now = useNow({ everyMs: 15_000 })
  const [isOpen, setOpen] = useState(false)
  const ageMs = session === undefined ? 0 : now - Date.parse(session.createdAt)
  return (
    <HeaderMenu
      label={
        <>
          Session
          {/* A number of seconds would be wrong until the next minute. */}
          {ageMs >= 60_000 && <span className="max-sm:hidden">· {describeDuration(ageMs)}</span>}
        </>
      }
      onToggle={setOpen}
      title="Session"
    >
      {session === undefined && error === null && 'Loading…'}
      {session === undefined && error !== null && <Problem error={error} />}
      {session !== undefined && <SessionPanel isOpen={isOpen} now={now} session={session} />}
    </HeaderMenu>
  )
}

interface SessionPanelProps {
  readonly session: SessionInfo
  readonly now: number
  readonly isOpen: boolean
}

function SessionPanel({ session, now, isOpen }: SessionPanelProps) {
  const { data: sessions = [], error } = useSessions({ isOpen })
  const create = useNewSession()
  const change = useSwitchSession()
  const close = useCloseSession()
  const isBusy = create.isPending || change.isPending || close.isPending
  const failure = create.error ?? change.error ?? close.error ?? error
  const { handle, sessionId, createdAt, expiresAt } = session
  const others = sessions.filter((each) => each.handle !== handle)
  return (
    <div className="space-y-3 text-sm">
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
        <dt className="text-muted">Id</dt>
        <dd className="font-mono wrap-anywhere">{sessionId}</dd>
        <dt className="text-muted">Started</dt>
        <dd>
          {new Date(createdAt).toLocaleString()} ({describeDuration(now - Date.parse(createdAt))}{' '}
          ago)
        </dd>
        <dt className="text-muted">Ends</dt>
        <dd>in {describeDuration(Date.parse(expiresAt) - now)} without a request</dd>
      </dl>
      <div className="flex flex-wrap gap-2">
        <Button disabled={isBusy} icon="plus" onClick={() => create.mutate()}>
          New session
        </Button>
        <Button
          disabled={isBusy}
          kind="danger"
          onClick={() => close.mutate({ handle, isCurrent: true, next: others[0]?.handle })}
        >
          Close this session
        </Button>
      </div>
      {failure !== null && <Problem error={failure} />}
      {others.length > 0 && (
        <section aria-label="Other sessions">
          <h3 className="font-semibold">Other sessions</h3>
          <ul className="mt-1 divide-y divide-line">
            {others.map((other) => (
              <OtherSession
                isBusy={isBusy}
                key={other.handle}
                now={now}
                onClose={() => close.mutate({ handle: other.handle, isCurrent: false })}
                onSwitch={() => change.mutate(other.handle)}
                session={other}
              />
            ))}
          </ul>
        </section>
      )}
      <p className="text-muted">
        Closing a session ends its transactions, subscriptions and open interactions. Conversations
        stay.
      </p>
    </div>
  )
}

interface OtherSessionProps {
  readonly session: SessionList['sessions'][number]
  readonly now: number
  readonly isBusy: boolean
  readonly onSwitch: () => void
  readonly onClose: () => void
}

function OtherSession({ session, now, isBusy, onSwitch, onClose }: OtherSessionProps) {
  const age = describeDuration(now - Date.parse(session.createdAt))
  const label = `the session of ${age} ago`
  return (
    <li className="flex items-center gap-1 py-1">
      <span className="min-w-0 grow">
        Started {age} ago, ends in {describeDuration(Date.parse(session.expiresAt) - now)}
      </span>
      <Button aria-label={`Switch to ${label}`} disabled={isBusy} kind="quiet" onClick={onSwitch}>
        Switch
      </Button>
      <Button aria-label={`Close ${label}`} disabled={isBusy} kind="quiet" onClick={onClose}>
        Close
      </Button>
    </li>
  )
}
