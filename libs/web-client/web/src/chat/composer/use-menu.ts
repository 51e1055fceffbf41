import type { KeyboardEvent } from 'react'
import { useState } from 'react'

import type { MenuEntry } from './menu-entries.ts'
import { findEntries } from './menu-entries.ts'
import type { Trigger } from './read-trigger.ts'
import { readTrigger } from './read-trigger.ts'
import { useMenuEntries } from './use-menu-entries.ts'

/** The state of the menu for the word at the caret. */
export type Menu = ReturnType<typeof useMenu>

/** State of the menu of the word at the caret. */
export function useMenu(text: string) {
  const [trigger, setTrigger] = useState<Trigger>()
  const [chosen, setChosen] = useState(0)
  const all = useMenuEntries(trigger?.kind)
  const entries = trigger === undefined ? [] : findEntries(all, trigger.query)
  const active = Math.min(chosen, Math.max(0, entries.length - 1))
  const close = () => setTrigger(undefined)

  return {
    // After a message was sent, the text is empty and has no trigger.
    trigger: text === '' ? undefined : trigger,
    entries,
    active,
    close,
    update(next: string, caret: number) {
      setTrigger(readTrigger(next, caret))
      setChosen(0)
    },
    /** Handles a key while the menu is open. Returns whether the menu used the key. */
    onKeyDown(event: KeyboardEvent, choose: (entry: MenuEntry) => void): boolean {
      if (trigger === undefined) return false
      const entry = entries[active]
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (event.key === 'Escape') close()
      else if (step !== undefined && entries.length > 0) {
        setChosen((active + step + entries.length) % entries.length)
      } else if ((event.key === 'Enter' || event.key === 'Tab') && entry !== undefined) {
        choose(entry)
      } else return false
      event.preventDefault()
      return true
    },
  }
}
