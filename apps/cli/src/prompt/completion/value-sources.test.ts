import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { scriptedProvider } from '@mcp/llm/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import type { ClientApp } from '../../fixtures/client-app.ts'
import { startClientApp } from '../../fixtures/client-app.ts'
import { createConnection } from '../../remote/connection.ts'
import { ownerSecret } from '../../remote/state-folder.ts'
import { completeLine } from './complete-line.ts'
import { createCompletionSources } from './value-sources.ts'

const names = {
  conversation: {},
  model: {},
  activity: { actions: async () => ['list', 'show'] },
}
const folder = mkdtempSync(join(tmpdir(), 'mcp-root-'))
const data = mkdtempSync(join(tmpdir(), 'mcp-data-'))
let app: ClientApp
beforeAll(async () => {
  mkdirSync(join(folder, 'notes'))
  writeFileSync(join(folder, 'notes', 'todo.md'), '')
  writeFileSync(join(folder, 'readme.md'), '')
  app = await startClientApp({
    roots: { roots: [{ name: 'workspace', path: folder }] },
    llm: scriptedProvider(['Yes.']),
    // An engine that starts fast.
    database: {
      databases: [{ name: 'main', engine: 'sqlite', mode: 'admin', file: join(data, 'main.db') }],
    },
  })
  vi.stubEnv('XDG_STATE_HOME', app.state)
  const sql = 'create table people (id integer)'
  await app.run(['call', 'database.execute', `sql=${sql}`])
  await app.run(['ask', 'Is it there?'])
  await app.run(['call', 'resources.create', 'resource=memory:///kept', 'content=a'])
}, 60_000)
afterAll(async () => {
  vi.unstubAllEnvs()
  await app[Symbol.asyncDispose]()
  for (const each of [folder, data]) rmSync(each, { recursive: true, force: true })
})

it.each([
  ['roots.readFile root=', ['root=workspace ']],
  ['roots.readFile path=', ['path=notes/', 'path=readme.md ']],
  ['roots.readFile root=workspace path=notes/t', ['path=notes/todo.md ']],
  ['ls no', ['notes/']],
  ['Summarize @no', ['@notes/']],
  ['/activity s', ['show ']],
  ['/conversation c-', [expect.stringMatching(/^c-[\w-]+ $/)]],
  ['database.sampleRows table=pe', ['table=people ']],
  ['select * from peo', ['people ']],
  ['resources.read resource=memory:///k', ['resource=memory:///kept ']],
  ['prompts.render prompt=tr', ['prompt=translate ']],
  ['database.query database=', ['database=main ']],
  ['database.listTables schema=', ['schema=main ']],
])('completes values with operations of the servers: %s', async (text, expected) => {
  const connection = createConnection({ url: app.url, owner: () => ownerSecret(app.url) })
  const sources = createCompletionSources(async () => connection, names, 30_000)
  const { candidates } = await completeLine(text, sources)
  expect(candidates).toEqual(expected)
  await connection.close()
})

it('completes the names of models', async () => {
  const connection = createConnection({ url: app.url })
  const list = {
    providers: [
      { id: 'openai', models: ['small'] },
      { id: 'offline', models: [] },
    ],
  }
  const fetch = async () => Response.json(list)
  const sources = createCompletionSources(async () => ({ ...connection, fetch }), names)
  expect(await completeLine('/model ', sources)).toMatchObject({ candidates: ['openai/small '] })
})
