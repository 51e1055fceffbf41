import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { createFileStores } from '../file-stores.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-file-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Returns the CPU time of 200 recorded requests in a session that holds its maximum of responses. */
async function costOfRequests(maxResponses: number, bodyBytes: number): Promise<number> {
  const file = join(folder, `${maxResponses}-${bodyBytes}.db`)
  const stores = createFileStores(file, { limits: { maxResponses } })
  const at = Date.now()
  const body = 'x'.repeat(bodyBytes)
  let number = 0
  async function record(count: number): Promise<void> {
    for (const end = number + count; number < end; number++) {
      const requestId = `r-${number}`
      await stores.responses.claim('a', { requestId, fingerprint: 1, at, rerunLost: false })
      await stores.responses.settle('a', { requestId, ticket: 'file' }, at, { status: 200, body })
    }
  }
  const session = { id: 'a', clientId: 'a', owner: undefined, metadata: '{}', createdAt: at }
  await stores.sessions.create({ ...session, ttlMs: 60_000_000 })
  await record(maxResponses + 1)
  const start = process.cpuUsage()
  await record(200)
  const { user, system } = process.cpuUsage(start)
  await stores.close()
  return user + system
}

it.each([200, 4096])(
  'records a response of %d bytes at a cost that does not grow with the number of kept ones',
  async (bodyBytes) => {
    let ratio = Infinity
    // One attempt may coincide with a collection of garbage.
    for (let attempt = 0; attempt < 3 && ratio > 2.5; attempt++) {
      const few = await costOfRequests(20 + attempt, bodyBytes)
      const many = await costOfRequests(1000 + attempt, bodyBytes)
      ratio = Math.min(ratio, many / few)
    }
    expect(ratio).toBeLessThan(2.5)
  },
  60_000,
)
