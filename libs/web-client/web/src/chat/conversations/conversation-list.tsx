import { useDeferredValue, useState } from 'react'
import { Link } from 'wouter'

import { usePending } from '../../data/queries.ts'
import { Button } from '../../elements/button.tsx'
import { TextField } from '../../elements/field.tsx'
import { Problem } from '../../elements/problem.tsx'
import { link } from '../../frame/addresses.ts'
import { useConversations, useRefreshFromOtherTabs } from '../queries.ts'

export interface ConversationListProps {
  readonly current: string | undefined
  /** Called after the user has chosen a conversation. */
  readonly onChoose: () => void
}

/** The conversations, the most recently updated one first, with a search field. */
export function ConversationList({ current, onChoose }: ConversationListProps) {
  const [text, setText] = useState('')
  const query = useDeferredValue(text.trim())
  const list = useConversations(query)
  useRefreshFromOtherTabs()
  const { data: pending = [] } = usePending()
  const waiting = new Set(pending.map(({ conversationId }) => conversationId))
  const conversations = list.data?.pages.flatMap((page) => page.conversations) ?? []
  return (
    <nav aria-label="Conversations" className="flex h-full flex-col gap-2 p-2">
      <Link
        className="flex min-h-8 items-center justify-center rounded-md border border-edge bg-surface px-2.5 hover:bg-sunken"
        href={link('chat')}
        onClick={onChoose}
      >
        New conversation
      </Link>
      <TextField
        isLabelHidden
        label="Search conversations"
        onChange={({ target }) => setText(target.value)}
        placeholder="Search"
        type="search"
        value={text}
      />
      {list.error !== null && <Problem error={list.error} />}
      <ul className="min-h-0 grow space-y-0.5 overflow-y-auto">
        {conversations.map(({ id, title, updatedAt, runs }) => (
          <li key={id}>
            <Link
              aria-current={id === current ? 'page' : undefined}
              className={`block rounded-md px-2 py-1 ${id === current ? 'bg-accent-soft text-accent' : 'hover:bg-sunken'}`}
              href={link('chat', id)}
              onClick={onChoose}
            >
              <span className="block truncate">{title}</span>
              <span className="block text-xs text-muted">
                {runs.at(-1)?.state === 'running'
                  ? waiting.has(id)
                    ? 'Waits for you'
                    : 'Running'
                  : shortDate(updatedAt)}
              </span>
            </Link>
          </li>
        ))}
        {list.isSuccess && conversations.length === 0 && (
          <li className="px-2 py-1 text-sm text-muted">
            {query === '' ? 'No conversations yet.' : `No title contains "${query}".`}
          </li>
        )}
        {list.hasNextPage && (
          <li>
            <Button
              disabled={list.isFetching}
              kind="quiet"
              onClick={() => void list.fetchNextPage()}
            >
              Show more
            </Button>
          </li>
        )}
      </ul>
    </nav>
  )
}

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

function shortDate(at: number): string {
  const day = new Date(at)
  return day.toDateString() === new Date().toDateString() ? time.format(day) : date.format(day)
}
