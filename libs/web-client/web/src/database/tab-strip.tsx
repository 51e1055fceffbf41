import type { KeyboardEvent } from 'react'

import { IconButton } from '../elements/button.tsx'
import type { SqlTab } from './tabs.ts'
import { tabTitle } from './tabs.ts'

export interface TabStripProps {
  readonly tabs: readonly SqlTab[]
  readonly shown: string
  readonly onShow: (id: string) => void
  readonly onOpen: () => void
  readonly onClose: (id: string) => void
}

/** The tabs of the view. The arrow keys move between them. */
export function TabStrip({ tabs, shown, onShow, onOpen, onClose }: TabStripProps) {
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    const index = tabs.findIndex(({ id }) => id === shown)
    const next = step === undefined ? undefined : tabs[index + step]
    if (next === undefined) return
    event.preventDefault()
    onShow(next.id)
    document.getElementById(`tab-${next.id}`)?.focus()
  }
  return (
    <div className="flex shrink-0 items-center gap-1 border-b border-line">
      <div aria-label="Statements" className="flex min-w-0 gap-0.5 overflow-x-auto" role="tablist">
        {tabs.map((tab) => (
          <button
            aria-selected={tab.id === shown}
            className="min-h-8 shrink-0 rounded-t-md border-b-2 border-transparent px-2.5 text-sm text-muted hover:bg-sunken aria-selected:border-accent aria-selected:text-text"
            id={`tab-${tab.id}`}
            key={tab.id}
            onClick={() => onShow(tab.id)}
            onKeyDown={move}
            role="tab"
            tabIndex={tab.id === shown ? 0 : -1}
            type="button"
          >
            {tabTitle(tab)}
          </button>
        ))}
      </div>
      <IconButton icon="plus" label="New tab" onClick={onOpen} />
      <IconButton icon="close" label="Close the tab" onClick={() => onClose(shown)} />
    </div>
  )
}
