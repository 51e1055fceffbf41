import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { itIsAConversationStore } from '@mcp/conversations/testing'
import { afterAll, expect, it } from 'vitest'

import { createFileStores } from '../file-stores.ts'
import { createFileConversationStore } from './file-conversation-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'conversations-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

itIsAConversationStore('file', (limits) => {
  const store = createFileConversationStore(':memory:', { limits })
  return { store, close: () => store.close() }
})

it('refuses the file of a session manager', async () => {
  const file = join(folder, 'sessions.db')
  await createFileStores(file).close()
  expect(() => createFileConversationStore(file)).toThrow('is a database of another program')
})

// STORE_KILLS=200 is the full form.
const kills = Number(process.env['STORE_KILLS'] ?? 3)
const writer = fileURLToPath(new URL('conversation-writer.fixture.ts', import.meta.url))

it(
  'contains every entry that it acknowledged before its process was killed',
  { timeout: 60_000 + kills * 10_000 },
  async () => {
    const file = join(folder, 'killed.db')
    for (let kill = 1; kill <= kills; kill++) {
      const child = spawn(
        process.execPath,
        ['--conditions=@mcp/source', writer, file, `c-${kill}`],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      const exited = once(child, 'exit')
      const acknowledged: number[] = []
      for await (const line of createInterface({ input: child.stdout })) {
        const isFirst = acknowledged.push(Number(line)) === 1
        if (isFirst) setTimeout(() => child.kill('SIGKILL'), Math.random() * 200)
      }
      await exited
      const store = createFileConversationStore(file)
      const entries = await store.read(`c-${kill}`)
      expect(await store.load('ada', `c-${kill}`)).toMatchObject({ title: 'killed' })
      store.close()
      expect(acknowledged.length).toBeGreaterThan(0)
      expect(entries.map(({ seq }) => seq)).toEqual(expect.arrayContaining(acknowledged))
    }
  },
)
