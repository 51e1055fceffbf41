import type { ServerListing } from '@mcp/protocol'
import type { NamedCall } from '@mcp/protocol/rest'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useLocation } from 'wouter'

import { callAddress } from '../../console/call-address.ts'
import { entriesOf } from '../../console/catalogue.ts'
import { requestArguments } from '../../console/operation-call.ts'
import { useCatalogue } from '../../data/queries.ts'
import { rest } from '../../data/rest.ts'
import { link } from '../addresses.ts'
import { useNewSession } from '../session/use-sessions.ts'
import { chooseTheme } from '../theme.ts'
import { views } from '../views.ts'
import type { PaletteEntry } from './rank.ts'

export interface Command extends PaletteEntry {
  readonly run: () => void
}

/** Everything that the search finds: views, actions, operations, saved calls and conversations. */
export function useEntries(): readonly Command[] {
  const [, navigate] = useLocation()
  const { data: servers } = useCatalogue()
  const { mutate: newSession } = useNewSession()
  const { data: conversations } = useQuery({
    queryKey: ['conversations', 'palette'],
    // Each opening reads the list again, because no event reports a conversation that another client has
    // added.
    staleTime: 0,
    queryFn: ({ signal }) => rest.conversations.list({ limit: 100 }, { signal }),
  })
  const { data: saved } = useQuery({
    queryKey: ['saved-calls'],
    staleTime: 0,
    queryFn: ({ signal }) => rest.savedCalls.list({ signal }),
  })

  return useMemo(() => {
    const go = (address: string) => () => navigate(address)
    const hasView = (id: string) => views.some((view) => view.id === id)
    const entries: Command[] = [
      ...views.map(({ id, title }) => ({
        id: `view/${id}`,
        title,
        kind: 'View',
        run: go(link(id)),
      })),
      { id: 'action/session', title: 'New session', kind: 'Action', run: () => newSession() },
      ...(['light', 'dark', 'system'] as const).map((theme) => ({
        id: `action/theme-${theme}`,
        title: `Theme: ${theme === 'system' ? 'as the system' : theme}`,
        kind: 'Action',
        run: () => chooseTheme(theme),
      })),
    ]
    if (hasView('console')) {
      for (const { name, operations } of servers ?? []) {
        for (const { target, operation, title, description } of operations) {
          const id = target === undefined || target === name ? operation : `${target}.${operation}`
          entries.push({
            id: `operation/${name}/${id}`,
            title,
            kind: name,
            words: `operation ${id} ${description}`,
            run: go(link('console', name, id)),
          })
        }
      }
      for (const call of saved?.calls ?? []) {
        const address = addressOfCall(call, servers ?? [])
        if (address === undefined) continue
        const { name, description = '' } = call
        entries.push({
          id: `saved-call/${name}`,
          title: name,
          kind: 'Saved call',
          words: description,
          run: go(address),
        })
      }
    }
    if (hasView('chat')) {
      const add = {
        id: 'action/chat',
        title: 'New conversation',
        kind: 'Action',
        run: go(link('chat')),
      }
      entries.push(add)
      for (const { id, title } of conversations?.conversations ?? []) {
        entries.push({
          id: `conversation/${id}`,
          title: title === '' ? 'Untitled' : title,
          kind: 'Conversation',
          run: go(link('chat', id)),
        })
      }
    }
    return entries
  }, [servers, conversations, saved, navigate, newSession])
}

/** Returns the address of a saved call in the console, or undefined if no server has its operation. */
function addressOfCall(
  { type, payload }: NamedCall,
  servers: readonly ServerListing[],
): string | undefined {
  for (const entry of entriesOf(servers)) {
    const { operation, server } = entry
    const { target = server, targetKey } = operation
    const isSame = operation.type === type && (target === server || payload[targetKey] === target)
    const args = isSame ? requestArguments(operation, payload) : undefined
    if (args !== undefined) return callAddress(entry, args)
  }
  return undefined
}
