import type { ConversationDetail } from '@mcp/protocol/rest'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useCallback, useEffect } from 'react'
import { useStickToBottom } from 'use-stick-to-bottom'

import { IconButton } from '../../elements/button.tsx'
import { InteractionCard } from '../../interactions/interaction-card.tsx'
import { readInteraction } from '../../interactions/read-interaction.ts'
import { queryKeys, usePending } from '../../data/queries.ts'
import { rest } from '../../data/rest.ts'
import { refreshConversations } from '../queries.ts'
import type { RunActions } from './run-block.tsx'
import { RunBlock } from './run-block.tsx'

export interface ThreadProps {
  readonly conversation: ConversationDetail
  /** Undefined while a run is in progress. */
  readonly actions: RunActions | undefined
  /** Whether a message of the user is being sent. */
  readonly isSending: boolean
  /** Content below the last run, such as a message that is being sent. */
  readonly children: ReactNode
}

/** All runs of a conversation. The view follows a growing response unless the user scrolls back. */
export function Thread({ conversation, actions, isSending, children }: ThreadProps) {
  const { scrollRef, contentRef, isAtBottom, scrollToBottom } = useStickToBottom({
    initial: 'instant',
    resize: 'instant',
  })
  const client = useQueryClient()
  const refresh = useCallback(() => void refreshConversations(client), [client])
  const { id, isTrimmed } = conversation
  // A message that the user sends scrolls into view, even if the user has scrolled back or a larger composer
  // hides the end.
  useEffect(() => {
    if (isSending) void scrollToBottom({ animation: 'instant', ignoreEscapes: true })
  }, [isSending, scrollToBottom])
  const runs = conversation.runs.filter(({ isDiscarded }) => isDiscarded !== true)
  const last = runs.at(-1)
  const { data: pending = [] } = usePending()
  return (
    <div className="relative min-h-0 grow">
      <section
        aria-label="Messages"
        className="h-full overflow-y-auto"
        ref={scrollRef}
        tabIndex={0}
      >
        <div className="mx-auto max-w-3xl space-y-6 px-4 py-4" ref={contentRef}>
          {isTrimmed && (
            <p className="text-sm text-muted">The first part of this conversation was removed.</p>
          )}
          {runs.map((info) => (
            <RunBlock
              actions={actions}
              info={info}
              isLast={info === last}
              key={info.runId}
              onEnded={refresh}
            />
          ))}
          {pending.map((item) =>
            item.kind === 'interaction' && item.conversationId === id ? (
              <InteractionCard
                interaction={readInteraction(item.interaction.interactionId, item.interaction.data)}
                key={item.interaction.interactionId}
                onRespond={(response) =>
                  rest.runs
                    .respond(item.runId, item.interaction.interactionId, response)
                    .finally(() => void client.invalidateQueries({ queryKey: queryKeys.pending }))
                }
              />
            ) : null,
          )}
          {children}
        </div>
      </section>
      {!isAtBottom && (
        <IconButton
          className="absolute right-4 bottom-2 shadow"
          icon="down"
          kind="plain"
          label="Scroll to the end"
          onClick={() => void scrollToBottom()}
        />
      )}
    </div>
  )
}
