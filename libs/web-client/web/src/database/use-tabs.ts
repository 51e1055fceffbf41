import { useEffect, useState } from 'react'

import type { TextStorage } from './stored-list.ts'
import { closeTab, newTab, openTab, readTabs, writeTabs } from './tabs.ts'

/** The tabs of this browser. */
export function useTabs(storage: TextStorage) {
  const [tabs, setTabs] = useState(() => readTabs(storage))
  const [chosen, setChosen] = useState('')
  /** Tabs whose statement runs when they open. */
  const [running, setRunning] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => writeTabs(storage, tabs), [storage, tabs])
  const shown = tabs.find(({ id }) => id === chosen)?.id ?? tabs[0]?.id ?? ''
  return {
    tabs,
    shown,
    running,
    show: setChosen,
    open: (sql: string, isRunning = false) => {
      const same = isRunning ? undefined : tabs.find((each) => each.sql === sql)
      if (same !== undefined) {
        setChosen(same.id)
        return
      }
      const tab = newTab(sql)
      setTabs((before) => openTab(before, tab))
      setChosen(tab.id)
      if (isRunning) setRunning((before) => new Set([...before, tab.id]))
    },
    add: () => {
      const tab = newTab()
      setTabs((before) => [...before, tab])
      setChosen(tab.id)
    },
    change: (tab: (typeof tabs)[number]) =>
      setTabs((before) => before.map((each) => (each.id === tab.id ? tab : each))),
    close: (id: string) => {
      const { tabs: left, next } = closeTab(tabs, id)
      setTabs(left)
      setChosen(next)
    },
  }
}
