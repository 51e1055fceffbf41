import type { ConversationChanges } from '@mcp/protocol/rest'
import type { QueryClient } from '@tanstack/react-query'
import { queryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

import { rest } from '../data/rest.ts'

const channelName = 'mcp-conversations'

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
  const channel = new BroadcastChannel(channelName)
  channel.postMessage('changed')
  channel.close()
  await client.invalidateQueries({ queryKey: ['conversations'] })
}

/** Reads the conversations again when another tab has changed them. */
export function useConversationsOfOtherTabs(): void {
  const client = useQueryClient()
  useEffect(() => {
    const channel = new BroadcastChannel(channelName)
    channel.addEventListener('message', () => {
      void client.invalidateQueries({ queryKey: ['conversations'] })
    })
    return () => channel.close()
  }, [client])
}

/** Changes the settings of a conversation. */
export function useChangeConversation(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (changes: ConversationChanges) => rest.conversations.update(id, changes),
    onSuccess: () => refreshConversations(client),
  })
}

export function useRemoveConversation() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => rest.conversations.remove(id),
    onSuccess: () => refreshConversations(client),
  })
}
