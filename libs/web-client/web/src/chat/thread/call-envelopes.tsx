import type { ActivityEntry } from '@mcp/protocol/rest'
import { useQuery } from '@tanstack/react-query'
import { McpError } from '@mcp/protocol/light'
import { useState } from 'react'

import { rest } from '../../data/rest.ts'
import { Icon } from '../../elements/icon.tsx'
import { JsonBlock } from '../../elements/json-block.tsx'
import { Problem } from '../../elements/problem.tsx'
import { conversationOf, requestIdOf } from './request-id.ts'

export interface CallEnvelopesProps {
  readonly runId: string
  readonly callId: string
}

/** The request and the response of a call as they were sent. They are read when the part is opened. */
export function CallEnvelopes(props: CallEnvelopesProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="inline-flex items-center gap-1 rounded px-1 text-sm text-muted hover:bg-sunken">
        <Icon name={isOpen ? 'down' : 'right'} size={12} />
        Envelopes
      </summary>
      {isOpen && <Envelopes {...props} />}
    </details>
  )
}

function Envelopes({ runId, callId }: CallEnvelopesProps) {
  const { data, error } = useQuery({
    queryKey: ['envelopes', runId, callId],
    queryFn: ({ signal }) => readEnvelopes(runId, callId, signal),
  })
  const isGone = McpError.is(error) && ['not-found', 'session-not-found'].includes(error.code)
  if (error !== null && !isGone) return <Problem error={error} />
  if (data === undefined && !isGone) {
    return (
      <output className="block text-sm text-muted">Loading the request and the response…</output>
    )
  }
  if (data === undefined || data.length === 0) {
    return (
      <p className="text-sm text-muted">
        The envelopes of this call no longer exist. Only the last ones are kept, and only as long as
        the session of the conversation.
      </p>
    )
  }
  return (
    <div className="mt-1 space-y-2">
      {data.map(({ seq, kind, at, content, preview }) => (
        <JsonBlock
          key={seq}
          label={`${titles[kind]}, ${new Date(at).toLocaleTimeString()}`}
          value={content ?? preview ?? ''}
        />
      ))}
    </div>
  )
}

const titles: Readonly<Record<ActivityEntry['kind'], string>> = {
  request: 'Request',
  response: 'Response',
  notification: 'Notification',
  interaction: 'Interaction',
  model: 'Model call',
}

const pageSize = 500

async function readEnvelopes(
  runId: string,
  callId: string,
  signal: AbortSignal,
): Promise<readonly ActivityEntry[]> {
  const conversation = conversationOf(runId)
  const id = await requestIdOf(runId, callId)
  const found: ActivityEntry[] = []
  let cursor: string | undefined
  do {
    const page = await rest.activity.page({ conversation, cursor, limit: pageSize }, { signal })
    found.push(...page.entries.filter((entry) => entry.id === id))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return Promise.all(found.map(({ seq }) => rest.activity.read(seq, { conversation, signal })))
}
