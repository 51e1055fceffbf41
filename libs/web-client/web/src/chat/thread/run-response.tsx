import { memo, useState } from 'react'

import { Icon } from '../../elements/icon.tsx'
import { Markdown } from '../../elements/markdown/markdown.tsx'
import type { ResponsePart } from '../runs/group-items.ts'
import { groupItems } from '../runs/group-items.ts'
import type { RunState } from '../runs/watch-run.ts'
import { useNow } from '../../elements/use-now.ts'
import { CallLine } from './call-line.tsx'
import { CutMessage } from './cut-message.tsx'

/** Number of characters of a reasoning that are shown at first. */
const maxReasoning = 20_000

/** The response of a run: text, reasoning and calls in their order. */
export function RunResponse({ run, runId }: { readonly run: RunState; readonly runId: string }) {
  const { view, at } = run
  const parts = groupItems(view.items)
  const isRunning = view.state !== 'finished'
  return (
    <div className="space-y-2">
      {parts.map((part) => (
        <Part
          at={at}
          isLast={isRunning && part === parts.at(-1)}
          key={part.id}
          part={part}
          runId={runId}
        />
      ))}
      {isRunning && isWaiting(parts.at(-1)) && <Working view={view.state} />}
    </div>
  )
}

/** Whether nothing shows that the run is in progress. */
function isWaiting(last: ResponsePart | undefined): boolean {
  if (last === undefined) return true
  if (last.kind === 'call') return last.call.state === 'finished'
  return last.kind !== 'text' && last.kind !== 'retry'
}

function Working({ view }: { readonly view: string }) {
  return (
    <p className="flex items-center gap-2 text-sm text-muted">
      <span aria-hidden="true" className="size-2 animate-pulse rounded-full bg-accent" />
      {view === 'waiting' ? 'Starting…' : 'Thinking…'}
    </p>
  )
}

interface PartProps {
  readonly part: ResponsePart
  readonly runId: string
  readonly isLast: boolean
  /** Time of the last event. */
  readonly at: number
}

function Part({ part, runId, isLast, at }: PartProps) {
  switch (part.kind) {
    case 'text':
      return <Markdown isGrowing={isLast} text={part.text} />
    case 'reasoning':
      return <Reasoning isGrowing={isLast} text={part.text} />
    case 'call':
      return <CallLine call={part.call} runId={runId} />
    case 'calls':
      return <FoldedCalls part={part} runId={runId} />
    case 'retry':
      return <Retry dueAt={isLast ? at + part.retry.delayMs : undefined} part={part} />
    case 'compacted':
      return (
        <p className="text-sm text-muted">
          The model received a shortened history: {part.results} results and {part.turns} turns were
          omitted. Nothing is lost here.
        </p>
      )
  }
}

interface FoldedCallsProps {
  readonly part: Extract<ResponsePart, { readonly kind: 'calls' }>
  readonly runId: string
}

/** A row of successful calls. The calls are drawn when the row is opened. */
function FoldedCalls({ part, runId }: FoldedCallsProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details
      className="rounded-md border border-line bg-raised"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className="flex min-h-8 items-center gap-2 px-2 py-1 text-sm">
        <Icon name={isOpen ? 'down' : 'right'} size={14} />
        {part.count} successful calls
      </summary>
      {isOpen && (
        <div className="space-y-2 border-t border-line p-2">
          {part.parts.map((each) =>
            each.kind === 'call' ? (
              <CallLine call={each.call} key={each.call.callId} runId={runId} />
            ) : (
              <Reasoning isGrowing={false} key={each.id} text={each.text} />
            ),
          )}
        </div>
      )}
    </details>
  )
}

const Reasoning = memo(function Reasoning({
  text,
  isGrowing,
}: {
  readonly text: string
  readonly isGrowing: boolean
}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details
      className="text-sm text-muted"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className="inline-flex items-center gap-1 rounded px-1 hover:bg-sunken">
        <Icon name={isOpen ? 'down' : 'right'} size={12} />
        {isGrowing ? 'Reasoning…' : 'Reasoning'}
      </summary>
      {isOpen && (
        <CutMessage className="mt-1 border-l-2 border-line pl-3" max={maxReasoning} text={text} />
      )}
    </details>
  )
})

interface RetryProps {
  readonly part: Extract<ResponsePart, { readonly kind: 'retry' }>
  /** Time of the next attempt, while it is pending. */
  readonly dueAt: number | undefined
}

function Retry({ part: { retry }, dueAt }: RetryProps) {
  const now = useNow({ isActive: dueAt !== undefined })
  const seconds = dueAt === undefined ? 0 : Math.max(0, Math.ceil((dueAt - now) / 1000))
  return (
    <p className="flex gap-2 rounded-md bg-warn-soft px-2 py-1 text-sm wrap-anywhere text-warn">
      <Icon name="refresh" size={16} />
      <span>
        {dueAt === undefined ? 'Retried' : `Retrying in ${seconds} s`} (attempt {retry.attempt}):{' '}
        {retry.error.message}
      </span>
    </p>
  )
}
