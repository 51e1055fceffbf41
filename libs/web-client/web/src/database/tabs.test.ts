import { expect, it } from 'vitest'

import { closeTab, newTab, openTab, readTabs, tabTitle, writeTabs } from './tabs.ts'

const createStorage = () => {
  const stored = new Map<string, string>()
  return {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  }
}

it('keeps the tabs of the browser', () => {
  const storage = createStorage()
  expect(readTabs(storage)).toEqual([expect.objectContaining({ sql: '' })])
  const tabs = [newTab('SELECT 1'), newTab('SELECT 2')]
  writeTabs(storage, tabs)
  expect(readTabs(storage)).toEqual(tabs)
})

it.each(['{', '{}', '[1, {"id": 1}]'])('starts with one tab if the storage contains %s', (text) => {
  expect(readTabs({ getItem: () => text, setItem: () => undefined })).toHaveLength(1)
})

it('opens a statement in place of the tab that has it, and of tabs without text', () => {
  const [first, second] = [newTab('SELECT 1'), newTab('SELECT 2')]
  const again = newTab('SELECT 1')
  expect(openTab([first, newTab(' '), second], again)).toEqual([again, second])
  const other = { ...newTab('SELECT 1'), params: '[1]' }
  expect(openTab([other, second], again)).toEqual([other, second, again])
})

it('shows the next tab after one is closed, and always has one', () => {
  const [first, second, third] = ['a', 'b', 'c'].map((id) => ({ id, sql: id, params: '' }))
  const tabs = [first, second, third].filter((tab) => tab !== undefined)
  expect(closeTab(tabs, 'b')).toEqual({ tabs: [first, third], next: 'c' })
  expect(closeTab(tabs, 'c').next).toBe('b')
  expect(closeTab([newTab('x')], 'other').tabs).toHaveLength(1)
  const last = closeTab(tabs.slice(0, 1), 'a')
  expect(last.tabs).toEqual([expect.objectContaining({ sql: '', id: last.next })])
})

it('has the start of the text as its title', () => {
  expect(tabTitle(newTab('  '))).toBe('New statement')
  expect(tabTitle(newTab('SELECT *\n  FROM notes WHERE id = 1'))).toBe(
    'SELECT * FROM notes WHERE i…',
  )
})
