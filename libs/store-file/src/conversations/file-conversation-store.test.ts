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

it('finds titles regardless of the case of letters outside ASCII, page by page', async () => {
  const store = createFileConversationStore(':memory:')
  const titles = ['Übung 1', 'Abung', 'ÜBUNG 2', 'x', 'die übung 3', 'bung']
  for (const [at, title] of titles.entries()) {
    const times = { createdAt: at, updatedAt: at, isListed: true }
    await store.save({ id: `c-${at}`, owner: 'ada', title, ...times, data: '{}' })
  }
  const first = await store.list('ada', { limit: 2, query: 'übung' })
  expect(first.conversations.map(({ title }) => title)).toEqual(['die übung 3', 'ÜBUNG 2'])
  const next = await store.list('ada', { limit: 2, query: 'übung', cursor: first.cursor })
  expect(next.conversations.map(({ title }) => title)).toEqual(['Übung 1'])
  expect(next.cursor).toBeUndefined()
  store.close()
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
