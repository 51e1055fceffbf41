import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import type { ClientApp } from '../fixtures/client-app.ts'
import { startFreshHub } from '../fixtures/client-app.ts'

let app: ClientApp
beforeAll(async () => {
  app = await startFreshHub()
})
afterAll(() => app[Symbol.asyncDispose]())

interface Row {
  readonly check: string
  readonly state: string
  readonly detail: string
}

async function examine(server: string): Promise<{ code: number | null; rows: Row[] }> {
  const { code, output } = await app.run(['doctor', server])
  const rows: Row[] = JSON.parse(output)
  return { code, rows: rows.slice(-4) }
}

it('explains why a server cannot be reached, and what to do', async () => {
  // No server listens on the port for "discard".
  const added = await app.run(['servers', 'add', 'notes', 'http://127.0.0.1:9/mcp'])
  expect(added).toMatchObject({ code: 0 })
  await vi.waitFor(async () => {
    const { code, rows } = await examine('notes')
    expect(code).not.toBe(0)
    expect(rows).toMatchObject([
      { check: 'server', state: 'ok' },
      {
        check: 'connection',
        state: 'failed',
        detail: expect.stringMatching(
          /^failed since .*; http, \d+ ms: .*"mcp servers restart notes"/,
        ),
      },
      { check: 'login', state: 'skipped' },
      { check: 'tools', state: 'skipped' },
    ])
  })
}, 60_000)

it('has nothing to report about a server of the hub', async () => {
  const { code, rows } = await examine('tools')
  expect(code).toBe(0)
  expect(rows.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok'])
})

it('refuses an unknown server', async () => {
  const { code, rows } = await examine('nothing')
  expect(code).toBe(1)
  expect(rows[0]?.detail).toContain('The hub has no server "nothing".')
})
