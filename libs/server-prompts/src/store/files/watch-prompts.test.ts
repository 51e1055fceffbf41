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
let heard: unknown[]
beforeEach(async () => {
  ;({ folder, remove } = await scratchFolder())
  server = promptsServer({ store: createFilePromptStore({ folder }), checkResults: true })
  heard = []
  server.subscribe(({ type, data }) => heard.push({ type, data }))
})
afterEach(async () => {
  await server.close()
  await remove()
})

const write = (path: string, text: string) => writeFile(join(folder, path), text)

const names = async () => JSON.stringify(await call(server, 'list'))

it('fills an empty folder with ten prompts, as files, and no other', async () => {
  expect(await names()).toContain('"code-review"')
  await rm(join(folder, 'code-review'), { recursive: true })
  const restarted = promptsServer({ store: createFilePromptStore({ folder }) })
  expect(JSON.stringify(await call(restarted, 'list'))).not.toContain('"code-review"')
  await restarted.close()
})

it('lists a file that a person adds, at once, and tells of it', async () => {
  expect(await names()).not.toContain('"note"')
  await mkdir(join(folder, 'note'))
  await write('note/1.prompt', 'Take a note.\n')
  expect(await names()).toContain('"note"')
  expect(await call(server, 'render', { prompt: 'note' })).toMatchObject({
    messages: [{ role: 'user', content: 'Take a note.' }],
  })
  await vi.waitFor(
    () =>
      expect(heard).toEqual([
        { type: 'prompt-list-changed', data: { added: ['note'], removed: [] } },
      ]),
    10_000,
  )
})

it('tells of a version, a label and a removal that come by files, each once', async () => {
  await names()
  await write('translate/2.prompt', 'Translate this.\n')
  const version = { type: 'prompt-updated', data: { prompt: 'translate', version: 2 } }
  await vi.waitFor(() => expect(heard).toEqual([version]), 10_000)

  await mkdir(join(folder, 'translate', 'labels'))
  await write('translate/labels/production', '1\n')
  const label = {
    type: 'prompt-updated',
    data: { prompt: 'translate', version: 1, label: 'production' },
  }
  await vi.waitFor(() => expect(heard).toEqual([version, label]), 10_000)

  await rename(join(folder, 'translate'), join(folder, '.away'))
  const removal = { type: 'prompt-list-changed', data: { added: [], removed: ['translate'] } }
  await vi.waitFor(() => expect(heard).toEqual([version, label, removal]), 10_000)
})

it('tells once of what this server changes itself', async () => {
  await names()
  const change = { prompt: 'translate', message: 'Why', folder: 'office' }
  await call(server, 'update', change)
  await mkdir(join(folder, 'No Prompt'))
  await write('No Prompt/1.prompt', 'This is no name of a prompt.\n')
  // By the time that this is heard, whatever the watcher had to say of the update was heard too.
  await mkdir(join(folder, 'zebra'))
  await write('zebra/1.prompt', 'Stripes.\n')
  await vi.waitFor(() => expect(JSON.stringify(heard)).toContain('zebra'), 10_000)
  expect(heard).toEqual([
    { type: 'prompt-updated', data: { prompt: 'translate', version: 2 } },
    { type: 'prompt-list-changed', data: { added: ['zebra'], removed: [] } },
  ])
})

it('lists a prompt whose newest file was broken, with what is wrong, among the others', async () => {
  await names()
  await write('translate/1.prompt', 'Somebody changed this.\n')
  const answer = await call(server, 'list', { query: 'translate' })
  expect(answer).toMatchObject({
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

it('says nothing of where the folder is', async () => {
  await rm(folder, { recursive: true })
  await writeFile(folder, 'a file where the folder should be')
  const answer = await call(server, 'create', {
    prompt: 'note',
    messages: [{ role: 'user', content: 'x' }],
  })
  expect(answer).toHaveProperty('error')
  expect(JSON.stringify(answer)).not.toContain(folder)
})
