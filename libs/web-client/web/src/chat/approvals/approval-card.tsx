import type { RunCall } from '@mcp/client/runs'
import type { ApprovalDecision } from '@mcp/protocol/agent'
import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'react'

import { Button } from '../../elements/button.tsx'
import { Problem } from '../../elements/problem.tsx'
import { rest } from '../../data/rest.ts'
import { callName } from '../thread/describe-call.ts'
import { useNow } from '../../elements/use-now.ts'
import { ArgumentsField } from '../../interactions/arguments-field.tsx'
import { readArguments } from '../../interactions/read-arguments.ts'
import { timeLeft } from '../../interactions/time-left.ts'
import { decisionsFor, reasonsOf } from './describe-approval.ts'
import { useCardFocus } from '../../interactions/use-card-focus.ts'

/** A call that waits for a decision of the user. Escape denies it. */
export function ApprovalCard({ call, runId }: { readonly call: RunCall; readonly runId: string }) {
  const initial = JSON.stringify(call.arguments ?? {}, null, 2)
  const [text, setText] = useState(initial)
  const [isForHost, setForHost] = useState(false)
  const titleId = useId()
  const now = useNow()
  const card = useCardFocus()
  const read = readArguments(text)
  const isEdited = text !== initial
  const problem = 'problem' in read ? read.problem : undefined
  const decide = useMutation({
    mutationFn: (decision: ApprovalDecision) =>
      rest.runs.decide(runId, call.callId, {
        decision,
        ...(isForHost && decision !== 'deny' && { scope: 'host' as const }),
        ...(isEdited &&
          decision !== 'deny' &&
          'arguments' in read && { arguments: read.arguments }),
      }),
  })
  const { approval } = call
  if (approval === undefined) return null
  const { expiresAt, sendsTo } = approval
  const left = expiresAt === undefined ? undefined : timeLeft(expiresAt, now)
  // The events of the run close the card. Until then, a second decision would be refused.
  const isDecided = decide.isPending || decide.isSuccess
  return (
    <section
      aria-labelledby={titleId}
      className="mt-1 space-y-3 rounded-md border-2 border-warn bg-surface p-3"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || isDecided) return
        event.stopPropagation()
        decide.mutate('deny')
      }}
      ref={card}
      tabIndex={-1}
    >
      <header className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="font-semibold" id={titleId}>
          The model wants to call <code>{callName(call)}</code>
        </h2>
        {expiresAt !== undefined && (
          <span className="text-sm text-muted tabular-nums">
            {left === undefined ? 'Expired' : `Denied in ${left}`}
          </span>
        )}
      </header>
      <ul className="list-disc pl-5 text-sm wrap-anywhere">
        {reasonsOf(approval).map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <ArgumentsField label="Arguments" onChange={setText} problem={problem} text={text} />
      {sendsTo !== undefined && (
        <label className="flex items-center gap-2 text-sm">
          <input
            checked={isForHost}
            onChange={({ target }) => setForHost(target.checked)}
            type="checkbox"
          />
          Limit a lasting decision to {sendsTo}
        </label>
      )}
      {decide.error !== null && <Problem error={decide.error} />}
      <div className="flex flex-wrap gap-2">
        {decisionsFor(call).map(({ decision, label, description }) => (
          <Button
            disabled={isDecided || (problem !== undefined && decision !== 'deny')}
            key={decision}
            kind={decision === 'once' ? 'primary' : decision === 'deny' ? 'danger' : 'plain'}
            onClick={() => decide.mutate(decision)}
            title={description}
          >
            {isEdited && decision === 'once' ? 'Allow once as edited' : label}
          </Button>
        ))}
      </div>
    </section>
  )
}
