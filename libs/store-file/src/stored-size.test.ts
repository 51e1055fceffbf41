import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Stores } from '@mcp/session-manager'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { createFileStores } from './file-stores.ts'

// docs/deployment.md states these sizes.
const count = 5000
const bytes = 500
const maxOverhead = 320

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-stored-size-'))
  file = join(folder, 'sessions.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Returns the bytes that the file takes for each of the writes, beyond their content. */
async function overhead(write: (stores: Stores, number: number) => unknown): Promise<number> {
  const stores = createFileStores(file)
  const at = Date.now()
  const session = { id: 'a', clientId: 'a', owner: undefined, metadata: '{}', createdAt: at }
  for (let number = 0; number < count / 1000; number++) {
    await stores.sessions.create({ ...session, id: `ses-${number}`, ttlMs: 60_000 })
  }
  await Promise.all(Array.from({ length: count }, (_, number) => write(stores, number)))
  await stores.close()
  return statSync(file).size / count - bytes
}

const sessionOf = (number: number): string => `ses-${number % (count / 1000)}`
const idOf = (prefix: string, number: number): string =>
  `${prefix}-${String(number).padStart(40, '0')}`

it('stores an event in at most 320 bytes beyond its JSON', async () => {
  const stored = await overhead((stores, number) =>
    stores.events.append(sessionOf(number), {
      id: idOf('ntf', number),
      type: 'resource-updated',
      data: 'x'.repeat(bytes),
      at: Date.now(),
    }),
  )
  expect(stored).toBeGreaterThan(0)
  expect(stored).toBeLessThan(maxOverhead)
})

it('stores a response in at most 320 bytes beyond its JSON', async () => {
  const stored = await overhead(async (stores, number) => {
    const requestId = idOf('req', number)
    const at = Date.now()
    const claim = { requestId, fingerprint: 7, at, rerunLost: false }
    const claimed = await stores.responses.claim(sessionOf(number), claim)
    const ticket = claimed.type === 'claimed' ? claimed.ticket : ''
    const response = { status: 200, body: 'x'.repeat(bytes) }
    await stores.responses.settle(sessionOf(number), { requestId, ticket }, at, response)
  })
  expect(stored).toBeGreaterThan(0)
  expect(stored).toBeLessThan(maxOverhead)
})
