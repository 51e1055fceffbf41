import type { InteractionResponse } from '@mcp/protocol'
import { useMutation } from '@tanstack/react-query'
import { useId } from 'react'

import { Button } from '../elements/button.tsx'
import { JsonBlock } from '../elements/json-block.tsx'
import { Problem } from '../elements/problem.tsx'
import { useNow } from '../elements/use-now.ts'
import { LazyEditor } from '../forms/lazy-editor.tsx'
import { useEditedValue } from '../forms/use-edited-value.ts'
import type { ShownInteraction } from './read-interaction.ts'
import { initialContent, responseSchema } from './response-schema.ts'
import { timeLeft } from './time-left.ts'
import { useCardFocus } from './use-card-focus.ts'

export interface InteractionCardProps {
  readonly interaction: ShownInteraction
  /**
   * Sends the response. The card disappears when the service reports that the interaction no longer waits.
   */
  readonly onRespond: (response: InteractionResponse) => Promise<void>
  /** Whether the card is in a menu, which closes with Escape. Default: false. */
  readonly isInMenu?: boolean
}

/** An interaction that waits for the response of the user. Escape cancels it, except in a menu. */
export function InteractionCard({
  interaction,
  onRespond,
  isInMenu = false,
}: InteractionCardProps) {
  const { title, message, url, isLink, sampling, expiresAt } = interaction
  const schema = responseSchema(interaction)
  const titleId = useId()
  const now = useNow({ isActive: expiresAt !== undefined })
  const card = useCardFocus()
  const content = useEditedValue(() => initialContent(interaction), card)
  const respond = useMutation({
    mutationFn: (action: InteractionResponse['action']) =>
      onRespond({
        action,
        ...(action === 'accept' && schema !== undefined && { content: content.value }),
      }),
  })
  const left = expiresAt === undefined ? undefined : timeLeft(expiresAt, now)
  const isDone = respond.isPending || respond.isSuccess
  return (
    <section
      aria-labelledby={titleId}
      className="space-y-3 rounded-md border-2 border-warn bg-surface p-3"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || isDone || isInMenu) return
        // An input method uses Escape while it composes a text.
        if (event.nativeEvent.isComposing) return
        event.stopPropagation()
        respond.mutate('cancel')
      }}
      ref={card}
      role={isInMenu ? 'group' : undefined}
      tabIndex={-1}
    >
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="font-semibold" id={titleId}>
          {title}
        </h2>
        {expiresAt !== undefined && (
          <span className="text-sm text-muted tabular-nums">
            {left === undefined ? 'Expired' : `Expires in ${left}`}
          </span>
        )}
      </div>
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
      {schema !== undefined && <LazyEditor label="Response" schema={schema} {...content.editor} />}
      {respond.error !== null && <Problem error={respond.error} />}
      <div className="flex flex-wrap gap-2">
        <Button
          disabled={isDone}
          kind="primary"
          onClick={() => {
            if (content.check()) respond.mutate('accept')
          }}
        >
          {schema === undefined ? 'Accept' : 'Send'}
        </Button>
        <Button disabled={isDone} kind="danger" onClick={() => respond.mutate('decline')}>
          Decline
        </Button>
      </div>
    </section>
  )
}
