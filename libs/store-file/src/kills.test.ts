import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { createFileStores } from './file-stores.ts'

// STORE_KILLS=200 is the full form.
const kills = Number(process.env['STORE_KILLS'] ?? 6)
const writer = fileURLToPath(new URL('writer.fixture.ts', import.meta.url))

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-file-'))
  file = join(folder, 'sessions.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Lets a process write until it is killed at a random instant. Returns the numbers that it completed. */
async function writeUntilKilled(name: string, lifeMs: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, ['--conditions=@mcp/source', writer, file, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const completed: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (completed.push(Number(line)) === 1) setTimeout(() => child.kill('SIGKILL'), lifeMs)
  }
  await exited
  return completed
}

it(
  'contains everything that it acknowledged before its process was killed',
  { timeout: 60_000 + kills * 10_000 },
  async () => {
    let total = 0
    for (let kill = 0; kill < kills; kill++) {
      const completed = await writeUntilKilled(String(kill), Math.random() * 400)
      total += completed.length
      const id = `session-${kill}`
      const stores = createFileStores(file)
      const claim = { fingerprint: 0, at: Date.now(), rerunLost: false, owner: 'ada' }
      expect(await stores.sessions.read(id)).toMatchObject({
        owner: 'ada',
        metadata: '{"colour":"green"}',
      })
      // Only the latest ones are kept.
      for (const number of completed.slice(-500)) {
        const found = await stores.responses.claim(id, { ...claim, requestId: `r-${number}` })
        expect(found).toMatchObject({
          type: 'settled',
          fingerprint: number,
          response: { status: 200, body: `{"number":${number}}` },
        })
      }
      const page = await stores.events.read(id, '0', 100_000)
      const ids = page?.events.map((event) => event.id) ?? []
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).toEqual(expect.arrayContaining(completed.map((number) => `n-${number}`)))
      const unfinished = { ...claim, fingerprint: 1, requestId: 'unfinished' }
      expect((await stores.responses.claim(id, unfinished)).type).toMatch(/^(lost|evicted)$/)
      const accepted = await stores.interactions.resolve(id, 'int-1', { action: 'accept' })
      expect(accepted).toMatchObject({ id: 'int-1' })
      await stores.close()
    }
    console.log(`${kills} kills, ${total} acknowledged writes`)
    expect(total).toBeGreaterThan(0)
  },
)
