import { useState } from 'react'

import { Badge } from '../elements/badge.tsx'
import { Button } from '../elements/button.tsx'
import { CopyButton } from '../elements/copy-button.tsx'
import { Problem } from '../elements/problem.tsx'
import { JsonTree } from '../results/json-tree.tsx'
import { lengthText } from '../results/cut-text.ts'
import { LongText } from '../results/long-text.tsx'
import { Result } from '../results/result.tsx'
import type { CallProgress, CallResponse, UnreadResult } from '../data/send-call.ts'
import type { CallState } from './use-call.ts'

const tabs = ['Drawn', 'JSON', 'Envelope'] as const

export interface CallResultProps {
  readonly state: CallState
  /** Reads the rest of a very long result. */
  readonly onReadAll: (response: CallResponse, unread: UnreadResult) => void
}

/** The result of a call: drawn by its shape, as JSON, or as the envelope of the response. */
export function CallResult({ state, onReadAll }: CallResultProps) {
  const [tab, setTab] = useState<(typeof tabs)[number]>('Drawn')
  if (state.status === 'idle') return null
  return (
    <section aria-label="Result" className="mt-4 border-t border-line pt-3">
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h2 className="font-semibold">Result</h2>
        <p className="flex items-center gap-2" role="status">
          <Status state={state} />
        </p>
        {state.status === 'success' && (
          <div
            className="ml-auto flex items-center gap-1"
            role="group"
            aria-label="View of the result"
          >
            {tabs.map((name) => (
              <button
                aria-pressed={tab === name}
                className="min-h-7 rounded-md px-2 text-sm text-muted hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:text-accent"
                key={name}
                onClick={() => setTab(name)}
                type="button"
              >
                {name}
              </button>
            ))}
            <CopyButton
              label={tab === 'Envelope' ? 'Copy the envelope' : 'Copy the result'}
              text={jsonOf(tab === 'Envelope' ? state.envelope : state.result)}
            />
          </div>
        )}
      </div>
      {state.status === 'error' && (
        <Problem error={state.error}>
          {state.error.details !== undefined && (
            <details className="mt-1 text-text">
              <summary className="text-sm">Details</summary>
              <JsonTree value={state.error.details} />
            </details>
          )}
        </Problem>
      )}
      {state.status === 'success' && <Shown onReadAll={onReadAll} state={state} tab={tab} />}
    </section>
  )
}

interface ShownProps extends CallResultProps {
  readonly state: CallState & { readonly status: 'success' }
  readonly tab: (typeof tabs)[number]
}

function Shown({ state, tab, onReadAll }: ShownProps) {
  const { result, envelope, unread } = state
  if (tab === 'Envelope') return <JsonTree value={envelope} />
  if (unread !== undefined) {
    return (
      <div className="space-y-2">
        <p className="flex flex-wrap items-center gap-2">
          This is the start of the result: {unread.text.length.toLocaleString('en')} of{' '}
          {lengthText(unread.totalLength)}.
          <Button onClick={() => onReadAll(state, unread)}>Read the whole result</Button>
        </p>
        <LongText text={unread.text} />
      </div>
    )
  }
  return tab === 'JSON' ? <LongText text={jsonOf(result)} /> : <Result value={result} />
}

const jsonOf = (value: unknown) => JSON.stringify(value, null, 2) ?? ''

function Status({ state }: { readonly state: Exclude<CallState, { readonly status: 'idle' }> }) {
  switch (state.status) {
    case 'running':
      return (
        <>
          <Badge tone="accent">{state.isCancelling ? 'cancelling' : 'running'}</Badge>
          {state.progress !== undefined && <Progress progress={state.progress} />}
        </>
      )
    case 'success':
      return (
        <>
          <Badge tone="good">success</Badge>
          <span className="text-sm text-muted">{durationText(state.durationMs)}</span>
        </>
      )
    case 'error':
      return (
        <>
          <Badge tone="bad">{state.error.code}</Badge>
          <span className="text-sm text-muted">{durationText(state.durationMs)}</span>
        </>
      )
    case 'cancelled':
      return (
        <>
          <Badge tone="warn">cancelled</Badge>
          <span className="text-sm text-muted">after {durationText(state.durationMs)}</span>
        </>
      )
  }
}

function Progress({ progress: { text, value, total } }: { readonly progress: CallProgress }) {
  return (
    <span className="flex items-center gap-2 text-sm text-muted">
      <progress
        aria-label="Progress of the call"
        className="h-1.5 w-32"
        {...(total !== undefined && { max: total, value: Math.min(value ?? 0, total) })}
      />
      <span className="wrap-anywhere">{text}</span>
    </span>
  )
}

function durationText(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
