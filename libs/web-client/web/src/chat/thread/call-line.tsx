import type { RunCall } from '@mcp/client/runs'
import type { ErrorBody } from '@mcp/protocol'
import { isRecord, parseJson } from '@mcp/protocol/light'
import { useQuery } from '@tanstack/react-query'
import { memo, useState } from 'react'
import { Link } from 'wouter'

import { callLink } from '../../console/call-address.ts'
import type { Tone } from '../../elements/badge.tsx'
import { Badge } from '../../elements/badge.tsx'
import { Button } from '../../elements/button.tsx'
import { Icon } from '../../elements/icon.tsx'
import { Problem } from '../../elements/problem.tsx'
import { Result } from '../../results/result.tsx'
import { ApprovalCard } from '../approvals/approval-card.tsx'
import { rest } from '../../data/rest.ts'
import { CutMessage } from './cut-message.tsx'
import { briefArguments, callName, callState, denialText } from './describe-call.ts'
import { JsonBlock } from '../../elements/json-block.tsx'
import { CallEnvelopes } from './call-envelopes.tsx'

/** Length of an error message that is shown at first. */
const maxMessage = 500

const tones: Readonly<Record<ReturnType<typeof callState>['tone'], Tone>> = {
  good: 'good',
  bad: 'bad',
  active: 'accent',
  waiting: 'warn',
  neutral: 'neutral',
}

interface CallLineProps {
  readonly call: RunCall
  readonly runId: string
}

/** A call as one line, which opens to its arguments and its result. */
export const CallLine = memo(function CallLine({ call, runId }: CallLineProps) {
  const [isOpen, setOpen] = useState(false)
  const state = callState(call)
  const isFailed = call.outcome?.status === 'error'
  return (
    <div>
      <details
        className="rounded-md border border-line bg-raised"
        onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      >
        <summary className="flex min-h-8 items-center gap-2 px-2 py-1 text-sm">
          <Icon name={isOpen ? 'down' : 'right'} size={14} />
          <code className="font-medium">{callName(call)}</code>
          <code className="min-w-0 grow truncate text-muted">{briefArguments(call)}</code>
          <Badge tone={tones[state.tone]}>{state.text}</Badge>
          {call.durationMs !== undefined && call.state === 'finished' && (
            <span className="text-xs whitespace-nowrap text-muted tabular-nums">
              {call.durationMs} ms
            </span>
          )}
        </summary>
        {isOpen && <CallDetail call={call} runId={runId} />}
      </details>
      {isFailed && call.outcome?.status === 'error' && !isOpen && (
        <CutMessage
          className="mt-1 pl-2 text-sm text-bad"
          max={maxMessage}
          text={denialText(call) ?? call.outcome.error.message}
        />
      )}
      {call.state === 'running' && <CallProgress call={call} />}
      {call.state === 'approval' && <ApprovalCard call={call} runId={runId} />}
    </div>
  )
})

function CallProgress({ call: { progress } }: { readonly call: RunCall }) {
  if (progress === undefined) return null
  const { progress: value, total, message } = progress
  return (
    <p className="mt-1 flex items-center gap-2 pl-2 text-sm text-muted">
      <progress
        aria-label="Progress of the call"
        className="h-1.5 w-32"
        {...(total !== undefined && { max: total, value: Math.min(value, total) })}
      />
      <span className="wrap-anywhere">{message}</span>
    </p>
  )
}

function CallDetail({ call, runId }: CallLineProps) {
  const { outcome, server, operation } = call
  const args = call.arguments ?? call.argumentsText
  return (
    <div className="space-y-2 border-t border-line p-2">
      <JsonBlock label="Arguments" value={args} />
      {server !== undefined && operation !== undefined && isRecord(args) && (
        <Link
          className="text-sm text-accent underline"
          {...callLink({ server, path: operation }, args)}
        >
          Open in the console
        </Link>
      )}
      {outcome?.status === 'error' && <CallFailure call={call} error={outcome.error} />}
      {outcome?.status === 'success' && <CallResult outcome={outcome} runId={runId} />}
      {isSent(call) && <CallEnvelopes callId={call.callId} runId={runId} />}
    </div>
  )
}

function CallFailure({ call, error }: { readonly call: RunCall; readonly error: ErrorBody }) {
  const text = denialText(call)
  if (text === undefined) return <Problem error={error} />
  return <p className="text-sm text-bad">{text}</p>
}

/** Whether a server has received the call. */
function isSent({ server, state, decision }: RunCall): boolean {
  return (
    server !== undefined && (state === 'running' || (state === 'finished' && decision !== 'deny'))
  )
}

type Success = Extract<NonNullable<RunCall['outcome']>, { readonly status: 'success' }>

function CallResult({ outcome, runId }: { readonly outcome: Success; readonly runId: string }) {
  const { preview, ref, bytes, untrusted } = outcome
  const whole = useQuery({
    queryKey: ['run-result', runId, ref],
    queryFn: ({ signal }) => rest.runs.result(runId, ref ?? '', { signal }),
    enabled: false,
    staleTime: Infinity,
  })
  const text = whole.data ?? preview
  const isPart = ref !== undefined && whole.data === undefined
  return (
    <div className="space-y-2">
      {untrusted && (
        <p className="text-sm text-warn">This result contains text from outside the system.</p>
      )}
      {isPart ? (
        <JsonBlock label="Start of the result" value={text} />
      ) : (
        <div aria-label="Result" className="overflow-x-auto" role="group" tabIndex={0}>
          <Result value={parseJson(text) ?? text} />
        </div>
      )}
      {isPart && (
        <Button disabled={whole.isFetching} onClick={() => void whole.refetch()}>
          Read the whole result{bytes === undefined ? '' : ` (${bytes.toLocaleString('en')} bytes)`}
        </Button>
      )}
      {whole.error !== null && <Problem error={whole.error} />}
    </div>
  )
}
