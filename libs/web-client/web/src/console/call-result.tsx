import { useState } from 'react'

import { Badge } from '../elements/badge.tsx'
import { CopyButton } from '../elements/copy-button.tsx'
import { Problem } from '../elements/problem.tsx'
import { JsonTree } from '../results/json-tree.tsx'
import { LongText } from '../results/long-text.tsx'
import { Result } from '../results/result.tsx'
import type { CallState } from './use-call.ts'

const tabs = ['Drawn', 'JSON', 'Envelope'] as const

/** The result of a call: drawn by its shape, as JSON, or as the envelope of the response. */
export function CallResult({ state }: { readonly state: CallState }) {
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
      {state.status === 'success' && tab === 'Drawn' && <Result value={state.result} />}
      {state.status === 'success' && tab === 'JSON' && <LongText text={jsonOf(state.result)} />}
      {state.status === 'success' && tab === 'Envelope' && <JsonTree value={state.envelope} />}
    </section>
  )
}

const jsonOf = (value: unknown) => JSON.stringify(value, null, 2) ?? ''

function Status({ state }: { readonly state: Exclude<CallState, { readonly status: 'idle' }> }) {
  switch (state.status) {
    case 'running':
      return (
        <>
          <Badge tone="accent">running</Badge>
          {state.progress !== '' && <span className="text-sm text-muted">{state.progress}</span>}
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

function durationText(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
