import type { KeyboardEvent } from 'react'
import { useId, useMemo, useState } from 'react'

import { Badge } from '../../elements/badge.tsx'
import { Dialog } from '../../elements/dialog.tsx'
import { rankEntries } from './rank.ts'
import { addRecent, readRecent } from './recent.ts'
import type { Command } from './use-entries.ts'
import { useEntries } from './use-entries.ts'
import { useFound } from './use-found.ts'

/** Search over views, actions, operations, conversations, files, tables and prompts. */
export default function Palette({ onClose }: { readonly onClose: () => void }) {
  const [query, setQuery] = useState('')
  const [selected, setSelected] = useState(0)
  const entries = useEntries()
  const listId = useId()
  const { found: objects, pending, problems } = useFound(query)
  const found = useMemo(
    () => rankEntries([...entries, ...objects], query, readRecent()),
    [entries, objects, query],
  )
  const current = Math.min(selected, found.length - 1)

  const choose = (command: Command | undefined) => {
    if (command === undefined) return
    addRecent(command.id)
    onClose()
    command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }
    const step = steps[event.key]
    if (step !== undefined && found.length > 0) {
      event.preventDefault()
      const next = (current + step + found.length) % found.length
      setSelected(next)
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(found[current])
    }
  }

  return (
    <Dialog className="mt-[10dvh]" onClose={onClose} title="Search and commands">
      <input
        aria-activedescendant={current >= 0 ? `${listId}-${current}` : undefined}
        aria-autocomplete="list"
        aria-controls={listId}
        aria-expanded={true}
        aria-label="Search"
        autoComplete="off"
        className="w-full rounded-md border border-edge bg-surface px-2 py-1.5"
        onChange={({ target }) => {
          setQuery(target.value)
          setSelected(0)
        }}
        onKeyDown={onKeyDown}
        placeholder="Operation, conversation, file, table, view or action"
        role="combobox"
        type="text"
        value={query}
      />
      <p className="sr-only" role="status">
        {found.length} found
      </p>
      <div
        aria-label="Found"
        className="mt-2 max-h-[55dvh] overflow-auto"
        id={listId}
        role="listbox"
      >
        {found.map((command, index) => (
          <div
            aria-selected={index === current}
            className={`flex cursor-pointer items-center gap-2 rounded px-2 py-1 ${
              index === current ? 'bg-accent-soft' : 'hover:bg-sunken'
            }`}
            id={`${listId}-${index}`}
            key={command.id}
            onClick={() => choose(command)}
            onKeyDown={onKeyDown}
            role="option"
            tabIndex={-1}
          >
            <span className="max-w-[60%] shrink-0 truncate">{command.title}</span>{' '}
            <span className="min-w-0 grow truncate text-sm text-muted">{command.detail}</span>{' '}
            <Badge>{command.kind}</Badge>
          </div>
        ))}
      </div>
      {pending.length > 0 && (
        <p className="mt-2 text-sm text-muted">Searching {pending.join(', ')}…</p>
      )}
      {found.length === 0 && pending.length === 0 && (
        <p className="mt-2 text-muted">Nothing has all of these words.</p>
      )}
      {problems.map((problem) => (
        <p className="mt-2 text-sm text-warn wrap-anywhere" key={problem}>
          Not searched: {problem}
        </p>
      ))}
    </Dialog>
  )
}
