import type { ConversationChanges, RunInfo } from '@mcp/protocol/rest'
import type { QueryClient } from '@tanstack/react-query'
import { queryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

import { rest } from '../data/rest.ts'

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: ['conversations', 'one', id],
    queryFn: ({ signal }) => rest.conversations.read(id, { signal }),
  })

export function useConversations(query: string) {
  return useInfiniteQuery({
    queryKey: ['conversations', 'list', query],
    queryFn: ({ pageParam, signal }) =>
      rest.conversations.list({ cursor: pageParam, ...(query !== '' && { query }) }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor,
  })
}

/** Reads the conversations again, in all tabs. */
export async function refreshConversations(client: QueryClient): Promise<void> {
  reportChange()
  await client.invalidateQueries({ queryKey: ['conversations'] })
}

/**
 * Adds a run that the service has started, so that its events are followed before the conversation is
 * read again.
 */
export function addRun(
  client: QueryClient,
  id: string,
  run: Pick<RunInfo, 'runId' | 'prompt'>,
): void {
  client.setQueryData(conversationQuery(id).queryKey, (conversation) => {
    if (conversation === undefined) return undefined
    const { runs } = conversation
    if (runs.some(({ runId }) => runId === run.runId)) return conversation
    const number = (runs.at(-1)?.number ?? 0) + 1
    const added: RunInfo = { ...run, number, state: 'running', startedAt: Date.now() }
    return { ...conversation, runs: [...runs, added] }
  })
}

let opened: BroadcastChannel | undefined

// One channel for both directions, because a channel does not receive its own messages.
const otherTabs = (): BroadcastChannel => (opened ??= new BroadcastChannel('mcp-conversations'))

const reportChange = (): void => otherTabs().postMessage('changed')

/** Reads the conversations again when another tab has changed them. */
export function useRefreshFromOtherTabs(): void {
  const client = useQueryClient()
  useEffect(() => {
    const channel = otherTabs()
    const read = () => void client.invalidateQueries({ queryKey: ['conversations'] })
    channel.addEventListener('message', read)
    return () => channel.removeEventListener('message', read)
  }, [client])
}

/** Changes the settings of a conversation. The page shows a change before the service has saved it. */
export function useChangeConversation(id: string) {
  const client = useQueryClient()
  const { queryKey } = conversationQuery(id)
  const mutationKey = ['change', ...queryKey]
  return useMutation({
    mutationKey,
    // The service saves the changes in the order in which the user made them.
    scope: { id: mutationKey.join(' ') },
    mutationFn: (changes: ConversationChanges) => rest.conversations.update(id, changes),
    onMutate(changes) {
      // The response to an earlier request does not contain the change.
      void client.cancelQueries({ queryKey })
      client.setQueryData(queryKey, (conversation) => {
        if (conversation === undefined) return undefined
        const { title = conversation.title } = changes
        return { ...conversation, ...changes, title }
      })
    },
    async onSettled() {
      // While a later change is being saved, the conversation is not read: the response could lack the later
      // change, and the page would undo it.
      if (client.isMutating({ mutationKey }) === 1) await refreshConversations(client)
    },
  })
}

/**
 * Removes a conversation. The page does not read the conversation again until the user opens its address
 * again.
 */
export function useRemoveConversation() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => rest.conversations.remove(id),
    onSuccess: (_removed, id) => {
      reportChange()
      const { queryKey } = conversationQuery(id)
      return Promise.all([
        client.invalidateQueries({ queryKey, refetchType: 'none' }),
        client.invalidateQueries({ queryKey: ['conversations', 'list'] }),
      ])
    },
  })
}
