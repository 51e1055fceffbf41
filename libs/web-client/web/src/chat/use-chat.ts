import type {
  ConversationDetail,
  ConversationSettings,
  RunBody,
  StartedRun,
} from '@mcp/protocol/rest'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { useLocation } from 'wouter'

import { link } from '../frame/addresses.ts'
import type { Prompt } from './composer/composer.tsx'
import { addRun, refreshConversations, useChangeConversation } from './queries.ts'
import { rest } from '../data/rest.ts'
import type { RunActions } from './thread/run-block.tsx'

/** The actions of the user in a conversation, including a conversation that does not exist yet. */
export function useChat(conversation: ConversationDetail | undefined) {
  const [draftSettings, setDraftSettings] = useState<ConversationSettings>({})
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const id = conversation?.id
  const change = useChangeConversation(id ?? '')
  const last = conversation?.runs.at(-1)
  const isRunning = last?.state === 'running'

  const start = useMutation({
    mutationFn: async (run: () => Promise<StartedRun>) => run(),
    // The refresh is not awaited, because reading a long conversation takes a while, and the events of the
    // run do not depend on the refresh.
    onSettled: () => void refreshConversations(client),
  })
  const stop = useMutation({
    mutationFn: () => rest.runs.stop(last?.runId ?? ''),
    onSettled: () => refreshConversations(client),
  })
  const { mutateAsync } = start

  const send = useCallback(
    async ({ prompt, attachments }: Prompt): Promise<boolean> => {
      const body: RunBody = { prompt, attachments: [...attachments] }
      try {
        await mutateAsync(async () => {
          if (id !== undefined) {
            const started = await rest.runs.start(id, body)
            addRun(client, id, { runId: started.runId, prompt })
            return started
          }
          const created = await rest.conversations.create(draftSettings)
          try {
            return await rest.runs.start(created.id, body)
          } finally {
            navigate(link('chat', created.id), { replace: true })
          }
        })
        return true
      } catch {
        // The mutation keeps the error, and the composer keeps its text.
        return false
      }
    },
    [id, draftSettings, client, mutateAsync, navigate],
  )

  const actions = useMemo((): RunActions | undefined => {
    if (id === undefined || isRunning) return undefined
    const run = (begin: () => Promise<StartedRun>) => void mutateAsync(begin).catch(() => {})
    return {
      onRetry: (messageId) => run(() => rest.runs.start(id, { retry: messageId })),
      onEdit: (messageId, prompt) => run(() => rest.runs.start(id, { edit: messageId, prompt })),
      onContinue: (runId) => run(() => rest.runs.continue(runId)),
      onAsk: (prompt) => void send({ prompt, attachments: [] }),
    }
  }, [id, isRunning, mutateAsync, send])

  return {
    settings: conversation ?? draftSettings,
    changeSettings: (changes: ConversationSettings) =>
      id === undefined
        ? setDraftSettings({ ...draftSettings, ...changes })
        : change.mutate(changes),
    send,
    stop: () => stop.mutate(),
    actions,
    isRunning,
    isStopping: stop.isPending,
    error: start.error ?? stop.error ?? change.error,
  }
}
