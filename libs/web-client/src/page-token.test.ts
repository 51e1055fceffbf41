import { isRecord } from '@mcp/protocol'
import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllGlobals()
})

// The page is JavaScript without declarations, so the compiler must not resolve its path.
const path: string = '../web/api.js'

/** Loads the module of the page, as a reload does. */
async function loadPage() {
  vi.resetModules()
  const page: unknown = await import(path)
  if (!isRecord(page)) throw new Error('Expected a module.')
  const call = async (name: string, ...args: unknown[]): Promise<unknown> => {
    const fn = page[name]
    if (typeof fn !== 'function') throw new Error(`Expected the function ${name}.`)
    return Reflect.apply(fn, undefined, args)
  }
  return call
}

/** Replaces `fetch`. Returns the values of the header `Authorization` that the page sends. */
function recordTokens(): unknown[] {
  const tokens: unknown[] = []
  vi.stubGlobal('fetch', async (_path: string, { headers }: RequestInit) => {
    tokens.push(new Headers(headers).get('authorization'))
    return Response.json({})
  })
  return tokens
}

it('keeps the token when the page is reloaded', async () => {
  const stored = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  })
  const tokens = recordTokens()
  const call = await loadPage()
  await call('send', 'GET', 'servers')
  await call('signIn', 'secret')
  await call('send', 'GET', 'servers')
  const callAfterReload = await loadPage()
  await callAfterReload('send', 'GET', 'servers')
  expect(tokens).toEqual([null, 'Bearer secret', 'Bearer secret'])
})

it('works if the browser blocks storage', async () => {
  const fail = () => {
    throw new Error('Access denied.')
  }
  vi.stubGlobal('sessionStorage', { getItem: fail, setItem: fail })
  const tokens = recordTokens()
  const call = await loadPage()
  await call('signIn', 'secret')
  await call('send', 'GET', 'servers')
  expect(tokens).toEqual(['Bearer secret'])
})
