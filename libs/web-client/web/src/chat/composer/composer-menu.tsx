import { useEffect, useRef } from 'react'

import type { MenuEntry } from './menu-entries.ts'
import type { Trigger } from './read-trigger.ts'

export interface ComposerMenuProps {
  readonly id: string
  readonly kind: Trigger['kind']
  readonly entries: readonly MenuEntry[]
  /** Index of the entry that Enter chooses. */
  readonly active: number
  readonly onChoose: (entry: MenuEntry) => void
}

const titles = {
  command: 'Direct forms, prompts and operations',
  mention: 'Files and resources',
} as const

/** The list above the composer. The focus stays in the text. */
export function ComposerMenu({ id, kind, entries, active, onChoose }: ComposerMenuProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div className="absolute bottom-full left-0 z-10 mb-1 w-full max-w-xl rounded-lg border border-line bg-surface shadow-lg">
      {entries.length === 0 && (
        <output className="block px-3 py-2 text-sm text-muted">
          No matches. Escape closes the list.
        </output>
      )}
      <div
        aria-label={titles[kind]}
        className="max-h-64 overflow-y-auto p-1"
        hidden={entries.length === 0}
        id={id}
        ref={list}
        role="listbox"
      >
        {entries.map((entry, index) => (
          <div
            aria-selected={index === active}
            className={`flex cursor-pointer items-baseline gap-2 rounded px-2 py-1 ${index === active ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
            id={`${id}-${index}`}
            key={`${entry.kind} ${entry.label}`}
            onMouseDown={(event) => {
              // The focus stays in the text.
              event.preventDefault()
              onChoose(entry)
            }}
            role="option"
            tabIndex={-1}
          >
            <code className="shrink-0 text-sm">{entry.label}</code>
            <span className="min-w-0 truncate text-sm text-muted">{entry.description}</span>
          </div>
        ))}
      </div>
    </div>
  )
}
