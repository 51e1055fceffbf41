import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { expectSteadyLoop } from '@mcp/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { call } from '../../fixtures/call.ts'
import { contentOf } from '../../fixtures/prompt-content.ts'
import { scratchFolder } from '../../fixtures/scratch-folder.ts'
import type { PromptStore } from '../prompt-store.ts'
import { promptsServer } from '../../prompts-server.ts'
import { withFileFailures } from './file-failure.ts'
import { createFilePromptStore } from './file-prompt-store.ts'

let folder: string
let elsewhere: string
let remove: () => Promise<unknown>
let store: PromptStore
let failures: unknown[]
beforeEach(async () => {
  const [prompts, other] = await Promise.all([scratchFolder(), scratchFolder()])
  folder = prompts.folder
  elsewhere = other.folder
  remove = () => Promise.all([prompts.remove(), other.remove()])
  failures = []
  store = createFilePromptStore({ folder, watch: false, onError: (error) => failures.push(error) })
  await write('note/1.prompt', 'Take a note.\n')
})
afterEach(async () => {
  await store.close?.()
  await remove()
})

const at = (path: string) => join(folder, path)

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true })
  await writeFile(at(path), text)
}

const makePipe = (path: string) => promisify(execFile)('mkfifo', [at(path)])
const listed = async () => (await store.list()).map(({ name }) => name)
const version = { content: contentOf('x'), message: '' }
const unreadable = { code: 'conflict', details: { reason: 'version-unreadable' } }
const unusable = { code: 'conflict', details: { reason: 'folder-unusable' } }

describe('a link', () => {
  it('in a cycle does not fail the list', async () => {
    await symlink('circle', at('circle'))
    await mkdir(at('broken'))
    await symlink('1.prompt', at('broken/1.prompt'))
    expect(await listed()).toEqual(['broken', 'note'])
    await expect(store.read('broken', 1)).rejects.toMatchObject(unreadable)
  })

  it('to a file outside is never read', async () => {
    await writeFile(join(elsewhere, 'secret'), 'hunter2')
    await mkdir(at('spy'))
    await symlink(join(elsewhere, 'secret'), at('spy/1.prompt'))
    await expect(store.read('spy', 1)).rejects.toMatchObject({
      ...unreadable,
      message: 'Version 1 of "spy" cannot be used: it is a link that leads out of the folder',
    })
  })

  it('to a folder outside is ignored, and nothing is written there', async () => {
    await symlink(elsewhere, at('spy'))
    await writeFile(join(elsewhere, '1.prompt'), 'hunter2')
    expect(await listed()).toEqual(['note'])
    expect(await store.find('spy')).toBeUndefined()
    await expect(store.add('spy', 2, version)).rejects.toMatchObject(unusable)
    await symlink(elsewhere, at('note/labels'))
    await expect(store.setLabel('note', 'production', 1)).rejects.toMatchObject(unusable)
    await expect(readFile(join(elsewhere, 'production'))).rejects.toThrow('ENOENT')
  })

  it('named like the checksum file is not written through', async () => {
    await writeFile(join(elsewhere, 'precious'), 'mine\n')
    await symlink(join(elsewhere, 'precious'), at('note/SHA256SUMS'))
    await store.read('note', 1)
    expect(await readFile(join(elsewhere, 'precious'), 'utf8')).toBe('mine\n')
    expect(failures).toHaveLength(1)
  })

  it('within the folder is followed', async () => {
    await mkdir(at('copy'))
    await symlink('../note/1.prompt', at('copy/1.prompt'))
    expect(await store.read('copy', 1)).toMatchObject({ content: { engine: 'mustache' } })
  })
})

describe.skipIf(process.platform === 'win32')('a pipe without a writer', () => {
  it('is not read as a label', async () => {
    await mkdir(at('note/labels'))
    await makePipe('note/labels/production')
    expect(await store.find('note')).toMatchObject({ labels: {} })
  })

  it('is not read as the checksum file', async () => {
    await makePipe('note/SHA256SUMS')
    await expect(store.read('note', 1)).rejects.toMatchObject(unreadable)
  })
})

describe('an unexpected type of entry', () => {
  it.each([
    ['the folder of a prompt', 'taken', () => store.add('taken', 1, version)],
    ['the folder of labels', 'note/labels', () => store.setLabel('note', 'production', 1)],
    ['the scratch folder', '.scratch', () => store.add('other', 1, version)],
  ])('instead of %s is reported', async (_title, path, run) => {
    await write(path, 'x')
    await expect(run()).rejects.toMatchObject({
      ...unusable,
      message: expect.stringContaining(`"${path}`),
    })
  })

  it('instead of a label or the deletion marker is reported', async () => {
    await mkdir(at('note/labels/production'), { recursive: true })
    await mkdir(at('note/deleted'))
    await expect(store.setLabel('note', 'production', 1)).rejects.toMatchObject(unusable)
    await expect(store.setDeleted('note', false)).rejects.toMatchObject(unusable)
  })

  it('instead of the whole folder is reported', async () => {
    await rm(folder, { recursive: true })
    await writeFile(folder, 'x')
    await expect(store.add('note', 1, version)).rejects.toMatchObject(unusable)
  })
})

it('reports a full disk', async () => {
  const full = Object.assign(new Error('ENOSPC: /secret/path'), { code: 'ENOSPC' })
  await expect(withFileFailures('note', () => Promise.reject(full))).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('disk'),
    details: { reason: 'disk-full' },
  })
})

// Not even root can create a folder in /sys, whereas root ignores missing write permission.
it.runIf(process.platform === 'linux')('is usable if nothing can be written', async () => {
  const errors: unknown[] = []
  const server = promptsServer({
    store: createFilePromptStore({
      folder: '/sys/prompts',
      onError: (error) => errors.push(error),
    }),
    onError: ({ code }) => errors.push(code),
  })
  expect(await call(server, 'list')).toEqual({ items: [] })
  const messages = [{ role: 'user', content: 'x' }]
  expect(await call(server, 'create', { prompt: 'note', messages })).toMatchObject({
    error: { code: 'forbidden', details: { reason: 'read-only' } },
  })
  expect(errors.length).toBeGreaterThan(0)
  await server.close()
})

const quarter = 16_000

it.each([
  ['that nests', `title: ${'['.repeat(quarter)}`],
  ['with many keys', Array.from({ length: quarter / 4 }, (_, at) => `k${at}:`).join('\n')],
  ['full of mistakes', '\t- x\n'.repeat(quarter / 5)],
  ['with tiny mistakes that nest', `title: ${'{a: ['.repeat(350)}`],
])('reads a file with YAML %s without blocking the event loop', async (_title, frontMatter) => {
  await write('hostile/1.prompt', `---\n${frontMatter}\n---\nHello\n`)
  // Starts the worker process first, which blocks the event loop once for some milliseconds.
  await write(
    'long/1.prompt',
    `---\ndescription: ${'x'.repeat(1_900)}\ntitle: ${'y'.repeat(190)}\n---\nHi\n`,
  )
  expect(await store.read('long', 1)).toMatchObject({ content: { title: 'y'.repeat(190) } })
  await expectSteadyLoop(async () => {
    await Promise.allSettled([store.read('hostile', 1)])
  })
})

it('writes front matter of any length without blocking the event loop', async () => {
  const schema = Object.fromEntries(Array.from({ length: 12_000 }, (_, at) => [`k${at}`, `v${at}`]))
  const argument = { name: 'x', description: '', required: false, completions: [] }
  const content = contentOf('x', { arguments: [{ ...argument, schema }] })
  const short = contentOf('x', { description: 'x'.repeat(1_900), title: 'y'.repeat(190) })
  expect(await store.add('long', 1, { content: short, message: '' })).toBe(true)
  await expectSteadyLoop(async () => {
    await expect(store.add('longer', 1, { content, message: '' })).rejects.toMatchObject({
      code: 'payload-too-large',
    })
  })
})
