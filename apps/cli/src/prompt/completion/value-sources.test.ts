import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import type { ClientApp } from '../../fixtures/client-app.ts'
import { startClientApp } from '../../fixtures/client-app.ts'
import { createConnection } from '../../remote/connection.ts'
import { completeLine } from './complete-line.ts'
import { createCompletionSources } from './value-sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'mcp-root-'))
const data = mkdtempSync(join(tmpdir(), 'mcp-data-'))
let app: ClientApp
beforeAll(async () => {
  mkdirSync(join(folder, 'notes'))
  writeFileSync(join(folder, 'notes', 'todo.md'), '')
  writeFileSync(join(folder, 'readme.md'), '')
  app = await startClientApp({
    roots: { roots: [{ name: 'workspace', path: folder }] },
    // An engine that starts fast.
    database: {
      databases: [{ name: 'main', engine: 'sqlite', mode: 'admin', file: join(data, 'main.db') }],
    },
  })
  vi.stubEnv('XDG_STATE_HOME', app.state)
  const sql = 'create table people (id integer)'
  await app.run(['call', 'database.execute', `sql=${sql}`])
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
  ['database.sampleRows table=pe', ['table=people ']],
  ['select * from peo', ['people ']],
  ['resources.read resource=memory:///k', ['resource=memory:///kept ']],
  ['prompts.render prompt=tr', ['prompt=translate ']],
  ['database.query database=', ['database=main ']],
  ['database.listTables schema=', ['schema=main ']],
])('completes values with operations of the servers: %s', async (text, expected) => {
  const connection = createConnection({ url: app.url })
  const sources = createCompletionSources(async () => connection, [], 30_000)
  const { candidates } = await completeLine(text, sources)
  expect(candidates).toEqual(expected)
  await connection.close()
})
