import type { InteractionResponse } from '@mcp/protocol'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'

import { Button } from '../../elements/button.tsx'
import { Problem } from '../../elements/problem.tsx'
import { queryKeys } from '../../data/queries.ts'
import { rest } from '../../data/rest.ts'
import { JsonBlock } from '../thread/json-block.tsx'
import { useNow } from '../use-now.ts'
import { ArgumentsField } from './arguments-field.tsx'
import { readArguments, timeLeft } from './describe-approval.ts'
import type { ShownInteraction } from './read-interaction.ts'
import { initialContent } from './read-interaction.ts'
import { useCardFocus } from './use-card-focus.ts'

export interface InteractionCardProps {
  readonly runId: string
  readonly interaction: ShownInteraction
}

/** A question of a server to the user. Escape cancels it. */
export function InteractionCard({ runId, interaction }: InteractionCardProps) {
  const { interactionId, title, message, schema, url, isLink, sampling, expiresAt } = interaction
  const hasContent = schema !== undefined || sampling !== undefined
  const [text, setText] = useState(() => JSON.stringify(initialValue(interaction), null, 2))
  const titleId = useId()
  const now = useNow(expiresAt !== undefined)
  const card = useCardFocus()
  const client = useQueryClient()
  const read = readArguments(text)
  const problem = hasContent && 'problem' in read ? read.problem : undefined
  const respond = useMutation({
    mutationFn: (action: InteractionResponse['action']) =>
      rest.runs.respond(runId, interactionId, {
        action,
        ...(action === 'accept' &&
          hasContent &&
          'arguments' in read && { content: read.arguments }),
      }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.pending }),
  })
  const left = expiresAt === undefined ? undefined : timeLeft(expiresAt, now)
  const isDone = respond.isPending || respond.isSuccess
  return (
    <section
      aria-labelledby={titleId}
      className="space-y-3 rounded-md border-2 border-warn bg-surface p-3"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || isDone) return
        event.stopPropagation()
        respond.mutate('cancel')
      }}
      ref={card}
      tabIndex={-1}
    >
      <header className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="font-semibold" id={titleId}>
          {title}
        </h2>
        {expiresAt !== undefined && (
          <span className="text-sm text-muted tabular-nums">
            {left === undefined ? 'Expired' : `Expires in ${left}`}
          </span>
        )}
      </header>
      <p className="wrap-anywhere whitespace-pre-wrap">{message}</p>
      {url !== undefined && (
        <p className="wrap-anywhere">
          {isLink ? (
            <a
              className="text-accent underline"
              href={url}
              rel="noopener noreferrer"
              target="_blank"
            >
              {url}
            </a>
          ) : (
            url
          )}
        </p>
      )}
      {sampling !== undefined && <JsonBlock label="Request" value={sampling} />}
      {hasContent && (
        <ArgumentsField label="Response" onChange={setText} problem={problem} text={text} />
      )}
      {respond.error !== null && <Problem error={respond.error} />}
      <div className="flex flex-wrap gap-2">
        <Button
          disabled={isDone || problem !== undefined}
          kind="primary"
          onClick={() => respond.mutate('accept')}
        >
          {hasContent ? 'Send' : 'Accept'}
        </Button>
        <Button disabled={isDone} kind="danger" onClick={() => respond.mutate('decline')}>
          Decline
        </Button>
      </div>
    </section>
  )
}

function initialValue({ schema, sampling }: ShownInteraction): Readonly<Record<string, unknown>> {
  if (sampling !== undefined) {
    return { role: 'assistant', content: { type: 'text', text: '' }, model: 'user' }
  }
  return schema === undefined ? {} : initialContent(schema)
}
