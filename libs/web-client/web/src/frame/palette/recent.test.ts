import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { addRecent, addVisited, readRecent } from './recent.ts'

beforeEach(() => {
  const stored = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

it.each([
  ['/chat', 'view/chat'],
  ['/chat/c-1', 'conversation/c-1'],
  ['/console/tools/calculator.add', 'operation/tools/calculator.add'],
  ['/console', 'view/console'],
  ['/files/a%20b', 'view/files'],
])('adds what the address %s shows', (path, id) => {
  addVisited(path)
  expect(readRecent()).toEqual([id])
})

it('has what was used last first, and once', () => {
  addRecent('view/chat')
  addVisited('/console')
  addVisited('/chat')
  expect(readRecent()).toEqual(['view/chat', 'view/console'])
})

it('ignores an address that is not encoded', () => {
  addVisited('/chat/%')
  expect(readRecent()).toEqual([])
})
