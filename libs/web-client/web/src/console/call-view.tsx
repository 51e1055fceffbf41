import { useId, useMemo, useRef, useState } from 'react'

import { Button, IconButton } from '../elements/button.tsx'
import { SessionInteractions, useInteractions } from '../interactions/session-interactions.tsx'
import type { FieldError } from '../forms/check/check-value.ts'
import { withoutUndefined } from '../forms/fields/change-value.ts'
import { serverErrors } from '../forms/check/server-errors.ts'
import { briefText } from '../results/cut-text.ts'
import { isRecord } from '@mcp/protocol/light'
import { ValueEditor } from '../forms/value-editor.tsx'
import { checkArguments } from './check-arguments.ts'
import { CallResult } from './call-result.tsx'
import type { CatalogueEntry } from './catalogue.ts'
import { CopyBar } from './copy-bar.tsx'
import { OperationBadges } from './operation-badges.tsx'
import type { Arguments } from './operation-call.ts'
import { argumentsSchema, exampleArguments, requestOf } from './operation-call.ts'
import type { RecentCall } from './recent-calls.ts'
import { useCall } from './use-call.ts'
import { useOffers } from './use-offers.ts'

export interface CallViewProps {
  readonly entry: CatalogueEntry
  /** Arguments with which the form starts. */
  readonly initial: Arguments
  readonly isFavourite: boolean
  readonly onFavourite: () => void
  readonly onCalled: (call: RecentCall) => void
}

const noErrors: readonly FieldError[] = []

/** One operation: its description, its form, and the result of the last call. */
export function CallView({ entry, initial, isFavourite, onFavourite, onCalled }: CallViewProps) {
  const { operation, name } = entry
  const [args, setArgs] = useState<Arguments>(initial)
  const [isTried, setTried] = useState(false)
  const [rejected, setRejected] = useState(noErrors)
  const [problem, setProblem] = useState<string>()
  const form = useRef<HTMLFormElement>(null)
  const formId = useId()
  const schema = useMemo(() => argumentsSchema(operation), [operation])
  const offers = useOffers(entry, args)
  const interactions = useInteractions()
  const { state, run, readAll, cancel } = useCall()
  const sent = useMemo(() => cleaned(args), [args])
  const errors = isTried ? [...checkArguments(operation, sent), ...rejected] : noErrors
  const isRunning = state.status === 'running'

  const change = (changed: Arguments) => {
    setArgs(changed)
    setRejected(noErrors)
  }
  const submit = async () => {
    setTried(true)
    if (isRunning || problem !== undefined || checkArguments(operation, sent).length > 0) {
      // The first field with an error gets the focus, after it is drawn.
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
      )
      return
    }
    const end = await run(requestOf(operation, sent))
    if (end.status === 'error') setRejected(serverErrors(end.error))
    const { status, durationMs } = end
    onCalled({ name, args: sent, at: new Date().toISOString(), status, durationMs })
  }

  return (
    <div className="mx-auto max-w-6xl p-4">
      <header className="mb-3">
        <div className="flex flex-wrap items-center gap-2">
          <h1 className="text-xl font-semibold">{operation.title}</h1>
          <OperationBadges audience={operation.audience} hints={operation.hints} />
          <IconButton
            aria-pressed={isFavourite}
            className="aria-pressed:text-accent"
            icon="star"
            label={isFavourite ? 'Remove from the favourites' : 'Add to the favourites'}
            onClick={onFavourite}
          />
        </div>
        <p className="font-mono text-sm text-muted">{name}</p>
        <p className="mt-1 max-w-prose wrap-anywhere">{operation.description}</p>
      </header>
      <Examples entry={entry} onChoose={change} />
      <form
        id={formId}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
        ref={form}
      >
        <ValueEditor
          errors={errors}
          label="Arguments"
          offers={offers}
          onChange={change}
          onProblem={setProblem}
          schema={schema}
          value={args}
        />
        <OtherErrors errors={errors} />
      </form>
      {/* The dialog of this bar has a form of its own, which must not be inside another. */}
      <div className="mt-4 flex flex-wrap items-center gap-2">
        <Button aria-disabled={isRunning} form={formId} icon="play" kind="primary" type="submit">
          Run
        </Button>
        {isRunning && (
          <Button disabled={state.isCancelling} icon="stop" onClick={() => void cancel()}>
            {state.isCancelling ? 'Cancelling…' : 'Cancel'}
          </Button>
        )}
        <CopyBar args={sent} entry={entry} />
      </div>
      {interactions.length > 0 && (
        <div className="mt-4 max-w-3xl space-y-3">
          <SessionInteractions interactions={interactions} />
        </div>
      )}
      <CallResult onReadAll={(...result) => void readAll(...result)} state={state} />
    </div>
  )
}

function cleaned(args: Arguments): Arguments {
  const value = withoutUndefined(args)
  return isRecord(value) ? value : {}
}

function Examples({
  entry: { operation },
  onChoose,
}: {
  readonly entry: CatalogueEntry
  readonly onChoose: (args: Arguments) => void
}) {
  if (operation.examples.length === 0) return null
  return (
    <div aria-label="Examples" className="mb-3 flex flex-wrap items-center gap-1.5" role="group">
      <span aria-hidden="true" className="text-sm text-muted">
        Examples
      </span>
      {operation.examples.map((example, index) => {
        const args = exampleArguments(operation, example)
        return (
          <button
            className="max-w-80 truncate rounded-full border border-edge bg-surface px-2.5 py-0.5 text-sm hover:bg-sunken"
            key={`${index}`}
            onClick={() => onChoose(args)}
            title={
              example.requires === undefined
                ? briefText(args)
                : `Needs ${example.requires}. ${briefText(args)}`
            }
            type="button"
          >
            {example.title ?? briefText(args, 40)}
            {example.requires !== undefined && (
              <span className="text-muted"> (needs {example.requires})</span>
            )}
          </button>
        )
      })}
    </div>
  )
}

/** Errors of parts that the form does not draw as fields of their own, such as unknown properties. */
function OtherErrors({ errors }: { readonly errors: readonly FieldError[] }) {
  if (errors.length === 0) return null
  return (
    <details className="mt-3 rounded-md bg-bad-soft p-2 text-bad" role="alert">
      <summary>
        {errors.length === 1 ? '1 error' : `${errors.length} errors`} in the arguments
      </summary>
      <ul className="list-disc pl-5">
        {errors.map(({ path, message }) => (
          <li className="wrap-anywhere" key={`${path.join('.')} ${message}`}>
            {path.length > 0 && <code>{path.join('.')}</code>} {message}
          </li>
        ))}
      </ul>
    </details>
  )
}
