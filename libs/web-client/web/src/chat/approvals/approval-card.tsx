import type { RunCall } from '@mcp/client/runs'
import type { JsonSchema, OperationDescription } from '@mcp/protocol'
import type { ApprovalDecision } from '@mcp/protocol/agent'
import { isRecord } from '@mcp/protocol/light'
import { useMutation } from '@tanstack/react-query'
import { useId, useMemo, useState } from 'react'

import { Button } from '../../elements/button.tsx'
import { Problem } from '../../elements/problem.tsx'
import { rest } from '../../data/rest.ts'
import { callName } from '../thread/describe-call.ts'
import { useNow } from '../../elements/use-now.ts'
import { useCatalogue } from '../../data/queries.ts'
import { LazyEditor } from '../../forms/lazy-editor.tsx'
import { useEditedValue } from '../../forms/use-edited-value.ts'
import { entriesOf } from '../../console/catalogue.ts'
import { OperationBadges } from '../../console/operation-badges.tsx'
import { argumentsSchema } from '../../console/operation-call.ts'
import { timeLeft } from '../../interactions/time-left.ts'
import { decisionsFor, reasonsOf } from './describe-approval.ts'
import { FileChange, writtenText } from './file-change.tsx'
import { useCardFocus } from '../../interactions/use-card-focus.ts'

/** A call that waits for a decision of the user. Escape denies it. */
export function ApprovalCard({ call, runId }: { readonly call: RunCall; readonly runId: string }) {
  const [isForHost, setForHost] = useState(false)
  const titleId = useId()
  const now = useNow()
  const card = useCardFocus()
  const operation = useOperationOf(call)
  const schema = useMemo(
    () => (operation === undefined ? unknownSchema : argumentsSchema(operation)),
    [operation],
  )
  const args = useEditedValue(() => (isRecord(call.arguments) ? call.arguments : {}), card)
  const decide = useMutation({
    mutationFn: (decision: ApprovalDecision) =>
      rest.runs.decide(runId, call.callId, {
        decision,
        ...(isForHost && decision !== 'deny' && { scope: 'host' as const }),
        ...(args.isEdited && decision !== 'deny' && { arguments: args.value }),
      }),
  })
  const { approval } = call
  if (approval === undefined) return null
  const { expiresAt, sendsTo } = approval
  const written = writtenText(call.server, call.operation, args.value)
  const left = expiresAt === undefined ? undefined : timeLeft(expiresAt, now)
  // The events of the run close the card. Until then, a second decision would be refused.
  const isDecided = decide.isPending || decide.isSuccess
  return (
    <section
      aria-labelledby={titleId}
      className="mt-1 space-y-3 rounded-md border-2 border-warn bg-surface p-3"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || isDecided) return
        // An input method uses Escape while it composes a text.
        if (event.nativeEvent.isComposing) return
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
            {left === undefined ? 'Expired' : `Will be denied in ${left}`}
          </span>
        )}
      </header>
      {operation !== undefined && <OperationBadges {...operation} />}
      <ul className="list-disc pl-5 text-sm wrap-anywhere">
        {reasonsOf(approval, operation?.hints).map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {written !== undefined && <FileChange {...written} />}
      <LazyEditor label="Arguments" schema={schema} {...args.editor} />
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
            disabled={isDecided}
            key={decision}
            kind={decision === 'once' ? 'primary' : decision === 'deny' ? 'danger' : 'plain'}
            onClick={() => {
              // The model's own arguments were checked before the approval was requested.
              if (decision === 'deny' || !args.isEdited || args.check()) decide.mutate(decision)
            }}
            title={description}
          >
            {args.isEdited && decision === 'once' ? 'Allow once as edited' : label}
          </Button>
        ))}
      </div>
    </section>
  )
}

/** The arguments of an operation that no longer exists are shown as JSON. */
const unknownSchema: JsonSchema = {}

/** Returns the operation of a call, or undefined if the catalogue does not have it. */
function useOperationOf({ server, operation }: RunCall): OperationDescription | undefined {
  const { data: servers } = useCatalogue()
  return useMemo(
    () =>
      entriesOf(servers ?? []).find((each) => each.server === server && each.path === operation)
        ?.operation,
    [servers, server, operation],
  )
}
