import { useMutation } from '@tanstack/react-query'

import { useSession } from '../../data/queries.ts'
import { rest } from '../../data/rest.ts'
import { Button } from '../../elements/button.tsx'
import { HeaderMenu } from '../../elements/menu.tsx'
import { Problem } from '../../elements/problem.tsx'
import { stream } from '../../stream/browser-stream.ts'
import { useNow } from '../../elements/use-now.ts'
import { describeDuration } from './describe-time.ts'

/** Replaces the session of this browser by a new one. */
export function useNewSession() {
  return useMutation({
    mutationFn: async () => {
      await rest.sessions.close().catch(() => {})
      return rest.sessions.create()
    },
    // All tabs then read everything again.
    onSuccess: () => stream.restart(),
  })
}

/** The session: its age, when it ends, and a new one. */
export function SessionMenu() {
  const { data: session, error } = useSession()
  const now = useNow({ everyMs: 15_000 })
  const replace = useNewSession()
  if (session === undefined) {
    return (
      <HeaderMenu label="Session" title="Session">
        {error === null ? 'Loading…' : <Problem error={error} />}
      </HeaderMenu>
    )
  }
  const age = describeDuration(now - Date.parse(session.createdAt))
  const remaining = describeDuration(Date.parse(session.expiresAt) - now)
  return (
    <HeaderMenu label={<>Session · {age}</>} title="Session">
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">
        <dt className="text-muted">Id</dt>
        <dd className="font-mono wrap-anywhere">{session.sessionId}</dd>
        <dt className="text-muted">Started</dt>
        <dd>
          {new Date(session.createdAt).toLocaleString()} ({age} ago)
        </dd>
        <dt className="text-muted">Ends</dt>
        <dd>in {remaining} without a request</dd>
      </dl>
      <p className="my-2 text-sm text-muted">
        Closing a session ends its transactions, subscriptions and open questions. Conversations
        stay.
      </p>
      <Button disabled={replace.isPending} icon="plus" onClick={() => replace.mutate()}>
        Close it and start a new one
      </Button>
      {replace.error !== null && <Problem error={replace.error} />}
    </HeaderMenu>
  )
}
