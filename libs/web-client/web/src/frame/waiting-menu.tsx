import type { PendingItem } from '@mcp/protocol/rest'
import { Link } from 'wouter'

import { usePending } from '../data/queries.ts'
import { Badge } from '../elements/badge.tsx'
import { Icon } from '../elements/icon.tsx'
import { HeaderMenu } from '../elements/menu.tsx'
import { SessionInteractions, useInteractions } from '../interactions/session-interactions.tsx'
import { link } from './addresses.ts'

/**
 * The decisions and responses that wait for the user, with their number. Entries of conversations are links,
 * and all others are cards.
 */
export function WaitingMenu() {
  const { data: items = [] } = usePending()
  const interactions = useInteractions()
  const count = items.length + interactions.length
  return (
    <HeaderMenu
      label={
        <>
          <Icon name="bell" size={16} />
          <span className="sr-only sm:not-sr-only">Waiting for you</span>
          <span aria-live="polite">
            {count > 0 ? <Badge tone="warn">{count}</Badge> : <span className="sr-only">none</span>}
          </span>
        </>
      }
      title="Waiting for you"
    >
      {count === 0 && <p className="text-sm text-muted">Nothing waits for you.</p>}
      <SessionInteractions isInMenu interactions={interactions} />
      <ul className="space-y-2">
        {items.map((item) => (
          <li key={keyOf(item)}>
            <Link
              className="block rounded-md border border-line p-2 hover:bg-sunken"
              href={link('chat', item.conversationId)}
            >
              {describe(item)}
            </Link>
          </li>
        ))}
      </ul>
    </HeaderMenu>
  )
}

function keyOf(item: PendingItem): string {
  return item.kind === 'approval' ? item.approval.callId : item.interaction.interactionId
}

function describe(item: PendingItem): string {
  if (item.kind === 'approval') {
    return `Approve ${item.approval.server}: ${item.approval.operation}`
  }
  const { message } = item.interaction.data
  return typeof message === 'string' ? message : 'A server requests a response.'
}
