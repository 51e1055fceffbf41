import type { RunInfo } from '@mcp/protocol/rest'
import { memo, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'

import { Button } from '../../elements/button.tsx'
import { CopyButton } from '../../elements/copy-button.tsx'
import { Icon } from '../../elements/icon.tsx'
import { Problem } from '../../elements/problem.tsx'
import { link } from '../../frame/addresses.ts'
import type { EndAction, RunEnd } from '../runs/describe-end.ts'
import { describeEnd } from '../runs/describe-end.ts'
import { PromptChips } from '../prompt-chips.tsx'
import { readSuggestions } from '../runs/read-suggestions.ts'
import { useRun } from '../runs/use-run.ts'
import type { RunConnection, RunState } from '../runs/watch-run.ts'
import { useNow } from '../../elements/use-now.ts'
import { CutMessage } from './cut-message.tsx'
import { onceVisible } from './once-visible.ts'
import { RunResponse } from './run-response.tsx'
import { UserMessage } from './user-message.tsx'

/** Actions of the user on a run. The functions are absent while another run is in progress. */
export interface RunActions {
  readonly onRetry: (messageId: string) => void
  readonly onEdit: (messageId: string, text: string) => void
  readonly onContinue: (runId: string) => void
  /** Sends a further prompt. */
  readonly onAsk: (prompt: string) => void
}

export interface RunBlockProps {
  readonly info: RunInfo
  readonly isLast: boolean
  readonly actions: RunActions | undefined
  /** Called when the run ends while it is shown. */
  readonly onEnded: () => void
}

/**
 * A run of the conversation: the message of the user and the response. The events of the run are read once
 * the run is visible.
 */
export const RunBlock = memo(function RunBlock(props: RunBlockProps) {
  const { info, isLast } = props
  const [isVisible, setVisible] = useState(isLast)
  const element = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isVisible || element.current === null) return undefined
    return onceVisible(element.current, () => setVisible(true))
  }, [isVisible])
  return (
    <article
      aria-label={`Question ${info.number}`}
      className="space-y-3 [contain-intrinsic-size:auto_12rem] [content-visibility:auto]"
      ref={element}
    >
      {isVisible ? (
        <Run {...props} />
      ) : (
        <>
          {info.prompt !== undefined && <UserMessage text={info.prompt} />}
          <div className="h-32" />
        </>
      )}
    </article>
  )
})

function Run({ info, isLast, actions, onEnded }: RunBlockProps) {
  const { runId } = info
  const run = useRun(runId, info.state === 'running')
  const { view, connection } = run
  const isEnded = view.state === 'finished'
  const wasRunning = useRef(info.state === 'running')
  useEffect(() => {
    if (!isEnded || !wasRunning.current) return
    wasRunning.current = false
    onEnded()
  }, [isEnded, onEnded])

  const { messageId } = view
  const prompt = view.prompt ?? info.prompt
  const end = describeEnd(view)
  const edit = messageId !== undefined && actions !== undefined
  return (
    <>
      {prompt !== undefined && (
        <UserMessage
          attachments={view.attachments}
          onEdit={edit ? (text) => actions.onEdit(messageId, text) : undefined}
          text={prompt}
        />
      )}
      <RunResponse run={run} runId={runId} />
      <Connection connection={connection} isEnded={isEnded} />
      {end !== undefined && (
        <End actions={isLast ? actions : undefined} end={end} messageId={messageId} runId={runId} />
      )}
      {isEnded && isLast && actions !== undefined && (
        <Suggestions onAsk={actions.onAsk} view={view} />
      )}
      {isEnded && (
        <Footer
          actions={isLast && end?.actions.includes('retry') !== true ? actions : undefined}
          run={run}
        />
      )}
    </>
  )
}

interface ConnectionProps {
  readonly connection: RunConnection
  readonly isEnded: boolean
}

function Connection({ connection, isEnded }: ConnectionProps) {
  const isReconnecting = connection.state === 'reconnecting'
  const now = useNow({ isActive: isReconnecting })
  if (connection.state === 'failed') return <Problem error={connection.error} />
  if (!isReconnecting || isEnded) return null
  const seconds = Math.max(0, Math.ceil((connection.retryAt - now) / 1000))
  return (
    <output className="block text-sm text-warn">
      Out of date: the connection is interrupted. Reconnecting in {seconds} s.
    </output>
  )
}

/** Length of an error message that is shown at first. */
const maxMessage = 1_000

const labels: Readonly<Record<EndAction, string>> = {
  continue: 'Continue',
  retry: 'Retry',
  models: 'Models and keys',
}

const tones: Readonly<Record<RunEnd['tone'], string>> = {
  neutral: 'bg-sunken text-text',
  warning: 'bg-warn-soft text-warn',
  error: 'bg-bad-soft text-bad',
}

interface EndProps {
  readonly end: RunEnd
  readonly runId: string
  readonly messageId: string | undefined
  readonly actions: RunActions | undefined
}

/** The end of a run, with the possible actions. */
function End({ end: { tone, text, actions: offered }, runId, messageId, actions }: EndProps) {
  return (
    <div
      className={`flex flex-wrap items-center gap-2 rounded-md px-3 py-2 text-sm ${tones[tone]}`}
      role={tone === 'error' ? 'alert' : 'status'}
    >
      <CutMessage className="min-w-0 grow" max={maxMessage} text={text} />
      {offered.map((action) => {
        if (action === 'models') {
          return (
            <Link className="underline" href={link('servers', 'models')} key={action}>
              {labels[action]}
            </Link>
          )
        }
        if (actions === undefined) return null
        if (action === 'retry' && messageId === undefined) return null
        const run = () =>
          action === 'continue' ? actions.onContinue(runId) : actions.onRetry(messageId ?? '')
        return (
          <Button icon={action === 'continue' ? 'play' : 'refresh'} key={action} onClick={run}>
            {labels[action]}
          </Button>
        )
      })}
    </div>
  )
}

interface SuggestionsProps {
  readonly view: RunState['view']
  readonly onAsk: (prompt: string) => void
}

/** The prompts that the offline planner suggests after a prompt that it could not match. */
function Suggestions({ view, onAsk }: SuggestionsProps) {
  const prompts = readSuggestions(view.provider, textOf(view))
  if (prompts.length === 0) return null
  return <PromptChips label="Ask one of these" onChoose={onAsk} prompts={prompts} />
}

interface FooterProps {
  readonly run: RunState
  readonly actions: RunActions | undefined
}

function Footer({ run: { view }, actions }: FooterProps) {
  const { model, provider, usage, messageId } = view
  const text = textOf(view)
  return (
    <footer className="flex flex-wrap items-center gap-x-3 text-xs text-muted">
      {text !== '' && <CopyButton label="Copy the answer" text={text} />}
      {actions !== undefined && messageId !== undefined && (
        <Button className="text-xs" kind="quiet" onClick={() => actions.onRetry(messageId)}>
          <Icon name="refresh" size={14} /> Retry
        </Button>
      )}
      <span>
        {[...new Set([provider, model])].filter((part) => part !== undefined).join(' · ')}
      </span>
      {usage !== undefined && usage.inputTokens + usage.outputTokens > 0 && (
        <span className="tabular-nums">
          {usage.inputTokens.toLocaleString('en')} + {usage.outputTokens.toLocaleString('en')}{' '}
          tokens
          {usage.cost === undefined ? '' : ` · $${usage.cost.toFixed(4)}`}
        </span>
      )}
    </footer>
  )
}

function textOf({ items }: RunState['view']): string {
  return items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])).join('\n\n')
}
