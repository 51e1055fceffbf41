import { isRecord } from '@mcp/protocol/light'

import { newId } from '../data/new-id.ts'
import type { TextStorage } from './stored-list.ts'
import { readStored, writeStored } from './stored-list.ts'

/** A text with statements, and the values of their placeholders. */
export interface SqlTab {
  readonly id: string
  readonly sql: string
  readonly params: string
}

const key = 'mcp-database-tabs'
/** Maximum length of a text that is kept in the browser, whose storage is limited. */
const maxStoredLength = 200_000

/** Returns the tabs of the browser, at least one. */
export function readTabs(storage: TextStorage): readonly SqlTab[] {
  const tabs = readStored(storage, key, isTab)
  return tabs.length === 0 ? [newTab()] : tabs
}

/** Keeps the tabs in the browser. */
export function writeTabs(storage: TextStorage, tabs: readonly SqlTab[]): void {
  const short = tabs.filter(({ sql, params }) => sql.length + params.length <= maxStoredLength)
  writeStored(storage, key, short)
}

export function newTab(sql = ''): SqlTab {
  return { id: newId(), sql, params: '' }
}

/**
 * Returns the tabs with a new tab. It replaces a tab with the same statement, so that a table has one tab.
 * Otherwise it is added at the end. Tabs without text are removed.
 */
export function openTab(tabs: readonly SqlTab[], tab: SqlTab): readonly SqlTab[] {
  const filled = tabs.filter(({ sql }) => sql.trim() !== '')
  const same = filled.findIndex(({ sql, params }) => sql === tab.sql && params === tab.params)
  return same === -1 ? [...filled, tab] : filled.with(same, tab)
}

/** Returns the tabs without a closed tab, and the tab to show next. There is always a tab. */
export function closeTab(
  tabs: readonly SqlTab[],
  id: string,
): { readonly tabs: readonly SqlTab[]; readonly next: string } {
  const index = tabs.findIndex((tab) => tab.id === id)
  const left = tabs.filter((tab) => tab.id !== id)
  const shown = left.length === 0 ? [newTab()] : left
  const next = shown[Math.min(Math.max(index, 0), shown.length - 1)]
  return { tabs: shown, next: next?.id ?? '' }
}

/** Returns the title of a tab: the start of its text. */
export function tabTitle({ sql }: SqlTab): string {
  const line = sql.trim().replaceAll(/\s+/g, ' ')
  if (line === '') return 'New statement'
  return line.length > 28 ? `${line.slice(0, 27)}…` : line
}

function isTab(value: unknown): value is SqlTab {
  return isRecord(value) && ['id', 'sql', 'params'].every((name) => typeof value[name] === 'string')
}
