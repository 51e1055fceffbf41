import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { LocalServer } from '@mcp/server'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { call } from '../../fixtures/call.ts'
import { scratchFolder } from '../../fixtures/scratch-folder.ts'
import { promptsServer } from '../../prompts-server.ts'
import { createFilePromptStore } from './file-prompt-store.ts'

let folder: string
let remove: () => Promise<void>
let server: LocalServer
let received: unknown[]
beforeEach(async () => {
  ;({ folder, remove } = await scratchFolder())
  server = promptsServer({ store: createFilePromptStore({ folder }), checkResults: true })
  received = []
  server.subscribe(({ type, data }) => received.push({ type, data }))
})
afterEach(async () => {
  await server.close()
  await remove()
})

const write = (path: string, text: string) => writeFile(join(folder, path), text)

const names = async () => JSON.stringify(await call(server, 'list'))

it('fills only an empty folder with the ten starter prompts', async () => {
  expect(await names()).toContain('"code-review"')
  await rm(join(folder, 'code-review'), { recursive: true })
  const restarted = promptsServer({ store: createFilePromptStore({ folder }) })
  expect(JSON.stringify(await call(restarted, 'list'))).not.toContain('"code-review"')
  await restarted.close()
})

it('lists a file that a user adds immediately, and notifies clients', async () => {
  expect(await names()).not.toContain('"note"')
  await mkdir(join(folder, 'note'))
  await write('note/1.prompt', 'Take a note.\n')
  expect(await names()).toContain('"note"')
  expect(await call(server, 'render', { prompt: 'note' })).toMatchObject({
    messages: [{ role: 'user', content: 'Take a note.' }],
  })
  await vi.waitFor(
    () =>
      expect(received).toEqual([
        { type: 'prompt-list-changed', data: { added: ['note'], removed: [] } },
      ]),
    10_000,
  )
})

it('notifies clients once of a version, a label and a removal on disk', async () => {
  await names()
  await write('translate/2.prompt', 'Translate this.\n')
  const version = { type: 'prompt-updated', data: { prompt: 'translate', version: 2 } }
  await vi.waitFor(() => expect(received).toEqual([version]), 10_000)

  await mkdir(join(folder, 'translate', 'labels'))
  await write('translate/labels/production', '1\n')
  const label = {
    type: 'prompt-updated',
    data: { prompt: 'translate', version: 1, label: 'production' },
  }
  await vi.waitFor(() => expect(received).toEqual([version, label]), 10_000)

  await rename(join(folder, 'translate'), join(folder, '.away'))
  const removal = { type: 'prompt-list-changed', data: { added: [], removed: ['translate'] } }
  await vi.waitFor(() => expect(received).toEqual([version, label, removal]), 10_000)
})

it('notifies clients once of its own changes', async () => {
  await names()
  const change = { prompt: 'translate', message: 'Why', folder: 'office' }
  await call(server, 'update', change)
  await mkdir(join(folder, 'No Prompt'))
  await write('No Prompt/1.prompt', 'The name of the folder is not valid for a prompt.\n')
  // When the notification of this folder has arrived, all notifications of the update have arrived
  // too.
  await mkdir(join(folder, 'zebra'))
  await write('zebra/1.prompt', 'Stripes.\n')
  await vi.waitFor(() => expect(JSON.stringify(received)).toContain('zebra'), 10_000)
  expect(received).toEqual([
    { type: 'prompt-updated', data: { prompt: 'translate', version: 2 } },
    { type: 'prompt-list-changed', data: { added: ['zebra'], removed: [] } },
  ])
})

it('lists a prompt with a damaged file together with the problem', async () => {
  await names()
  await write('translate/1.prompt', 'A changed file.\n')
  const response = await call(server, 'list', { query: 'translate' })
  expect(response).toMatchObject({
    items: [{ name: 'translate', problem: expect.stringContaining('changed on disk') }],
  })
  expect(await call(server, 'render', { prompt: 'translate' })).toMatchObject({
    error: { code: 'conflict', details: { reason: 'version-changed' } },
  })
  expect(await call(server, 'listVersions', { prompt: 'translate' })).toMatchObject({
    items: [{ version: 1, problem: expect.stringContaining('changed on disk') }],
  })
  expect(await names()).toContain('"summarize"')
})

it('never reveals the location of the folder', async () => {
  await rm(folder, { recursive: true })
  await writeFile(folder, 'a file in place of the folder')
  const response = await call(server, 'create', {
    prompt: 'note',
    messages: [{ role: 'user', content: 'x' }],
  })
  expect(response).toHaveProperty('error')
  expect(JSON.stringify(response)).not.toContain(folder)
})

it('reports a folder that was removed, until it is restored or the next prompt creates it', async () => {
  expect(await server.health()).toEqual({ state: 'healthy' })
  await names()
  const removed = { state: 'unhealthy', reason: expect.stringContaining('was removed') }
  await rename(folder, `${folder}-away`)
  expect(await server.health()).toEqual(removed)
  await rename(`${folder}-away`, folder)
  expect(await server.health()).toEqual({ state: 'healthy' })
  await rm(folder, { recursive: true })
  expect(await server.health()).toEqual(removed)
  await call(server, 'create', { prompt: 'note', messages: [{ role: 'user', content: 'x' }] })
  expect(await server.health()).toEqual({ state: 'healthy' })
})

it('reports a folder that cannot be opened, and recovers', async () => {
  const away = `${folder}-away`
  expect(await server.health()).toEqual({ state: 'healthy' })
  await names()
  await rename(folder, away)
  await writeFile(folder, 'This is a file.')
  expect(await server.health()).toEqual({
    state: 'unhealthy',
    reason: expect.stringContaining(`"${folder}" is a folder that this server may use`),
  })
  await rm(folder)
  await rename(away, folder)
  expect(await server.health()).toEqual({ state: 'healthy' })
})
