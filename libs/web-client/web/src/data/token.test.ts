import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** Loads the module, as a reload of the page does. */
function load() {
  vi.resetModules()
  return import('./token.ts')
}

it('keeps the token when the page is reloaded', async () => {
  const stored = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  })
  const before = await load()
  expect(before.currentToken()).toBe('')
  before.setToken('secret')
  expect((await load()).currentToken()).toBe('secret')
})

it('works if the browser blocks storage', async () => {
  const fail = () => {
    throw new Error('Access denied.')
  }
  vi.stubGlobal('sessionStorage', { getItem: fail, setItem: fail })
  const { currentToken, setToken } = await load()
  setToken('secret')
  expect(currentToken()).toBe('secret')
})
