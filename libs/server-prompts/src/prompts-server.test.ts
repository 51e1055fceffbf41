import { afterAll, beforeEach, describe, expect, it } from 'vitest'

import { call } from './fixtures/call.ts'
import { promptCalls, say } from './fixtures/prompt-calls.ts'
import { createMemoryPromptStore } from './store/memory-prompt-store.ts'
import type { PromptStore } from './store/prompt-store.ts'
import { promptsServer } from './prompts-server.ts'

let prompt: string
let heard: unknown[]
const server = promptsServer({ checkResults: true, starter: false, sandbox: { timeoutMs: 15_000 } })
const { create, update, render } = promptCalls(server, () => prompt)
server.subscribe(({ type, data }) => heard.push({ type, data }))

// One server for all, since the start of its workers takes longer than the tests: each has a name to itself.
beforeEach(() => {
  prompt = `greeting-${crypto.randomUUID()}`
  heard = []
})
afterAll(() => server.close())

describe('versions', () => {
  it('are made by each update, which keeps what it does not change', async () => {
    await create('one', { title: 'Greeting', tags: ['polite'] })
    expect(await update('two')).toEqual({ name: prompt, version: 2, warnings: [] })
    expect(await call(server, 'get', { prompt })).toMatchObject({
      title: 'Greeting',
      tags: ['polite'],
      version: 2,
      latest: 2,
      message: 'Why',
      ...say('two'),
    })
    expect(await call(server, 'get', { prompt, version: 1 })).toMatchObject(say('one'))
  })

  it('are listed, the newest first, page by page', async () => {
    await create('one')
    await update('two', { message: 'Second' })
    await call(server, 'setLabel', { prompt, label: 'production', version: 1 })
    const first = await call(server, 'listVersions', { prompt, limit: 1 })
    expect(first).toMatchObject({
      items: [{ version: 2, message: 'Second', labels: [] }],
      nextCursor: '2',
    })
    expect(await call(server, 'listVersions', { prompt, cursor: '2' })).toMatchObject({
      items: [{ version: 1, message: 'Created', labels: ['production'] }],
    })
  })

  it('are not made from one that is no longer the newest', async () => {
    await create('one')
    await update('two')
    expect(await update('three', { ifMatch: 1 })).toMatchObject({
      error: { code: 'conflict', details: { ifMatch: '1', current: '2' } },
    })
    expect(await update('three', { ifMatch: 2 })).toMatchObject({ version: 3 })
    expect(await call(server, 'delete', { prompt, ifMatch: 1 })).toMatchObject({
      error: { code: 'conflict' },
    })
  })

  it('are made one after another of updates that come at once', async () => {
    await create('0')
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => update(`${index}`)))
    const versions = Array.from({ length: 50 }, (_, index) => ({
      name: prompt,
      version: index + 2,
      warnings: [],
    }))
    expect(answers).toEqual(expect.arrayContaining(versions))
    expect(await call(server, 'get', { prompt })).toMatchObject({ latest: 51 })
  })

  it('are compared field by field and as a patch', async () => {
    await create('Hello\nyou')
    await update('Hello\nworld', { title: 'Greeting' })
    const answer = await call(server, 'diff', { prompt, from: 1, to: 2 })
    expect(answer).toMatchObject({ from: 1, to: 2, changed: ['title', 'messages'] })
    expect(answer).toHaveProperty('patch', expect.stringContaining('-you\n+world'))
    expect(await call(server, 'diff', { prompt, from: 9 })).toMatchObject({
      error: { code: 'not-found', message: expect.stringContaining('its newest is 2') },
    })
  })

  it('come back as the newest by restore', async () => {
    await create('one')
    await update('two')
    expect(await call(server, 'restore', { prompt, version: 1 })).toEqual({
      name: prompt,
      version: 3,
    })
    expect(await call(server, 'get', { prompt })).toMatchObject({
      ...say('one'),
      message: 'Restored version 1',
    })
  })
})

describe('a deleted prompt', () => {
  it('is in no list, keeps its name, and comes back with its versions', async () => {
    await create('one')
    await update('two')
    expect(await call(server, 'delete', { prompt })).toEqual({
      name: prompt,
      latest: 2,
    })
    expect(await call(server, 'list', { query: prompt })).toEqual({ items: [] })
    expect(await call(server, 'list', { deleted: true, query: prompt })).toMatchObject({
      items: [{ name: prompt }],
    })
    expect(await render()).toMatchObject({
      error: { code: 'not-found', details: { reason: 'deleted' } },
    })
    expect(await create('other')).toMatchObject({
      error: { code: 'conflict', message: expect.stringContaining('restore it') },
    })
    await call(server, 'restore', { prompt })
    expect(await call(server, 'get', { prompt, version: 1 })).toMatchObject(say('one'))
  })

  it('is the only one that restore brings back without a version', async () => {
    await create('one')
    expect(await call(server, 'restore', { prompt })).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['params', 'version'] } },
    })
    expect(await call(server, 'restore', { prompt: `${prompt}x` })).toMatchObject({
      error: { code: 'not-found', message: expect.stringContaining(`Did you mean "${prompt}"`) },
    })
  })
})

describe('labels', () => {
  it('name a version, can be moved, and can be taken off', async () => {
    await create('one')
    await update('two')
    const label = { prompt, label: 'production' }
    expect(await call(server, 'setLabel', { ...label, version: 1 })).toEqual({
      label: 'production',
      version: 1,
    })
    expect(await render({ label: 'production' })).toMatchObject({ resolvedVersion: 1 })
    expect(await call(server, 'setLabel', label)).toEqual({
      label: 'production',
      version: 2,
      previous: 1,
    })
    expect(await render({ label: 'production' })).toMatchObject({ resolvedVersion: 2 })
    expect(await call(server, 'removeLabel', label)).toEqual({ label: 'production', version: 2 })
    expect(await render({ label: 'production' })).toMatchObject({ error: { code: 'not-found' } })
    expect(await call(server, 'removeLabel', label)).toMatchObject({ error: { code: 'not-found' } })
  })

  it.each(['1', 'v2', '2024-stable', 'latest', 'Production', ''])(
    'cannot be called %j',
    async (label) => {
      await create('one')
      expect(await call(server, 'setLabel', { prompt, label })).toMatchObject({
        error: { code: 'invalid-params' },
      })
    },
  )

  it('cannot be put on a version that is not there', async () => {
    await create('one')
    const params = { prompt, label: 'production', version: 7 }
    expect(await call(server, 'setLabel', params)).toMatchObject({ error: { code: 'not-found' } })
  })

  it('are own words: none is inherited', async () => {
    await create('one')
    expect(await render({ label: 'constructor' })).toMatchObject({ error: { code: 'not-found' } })
  })

  it('have "latest" among them, which always means the newest', async () => {
    await create('one')
    await update('two')
    expect(await render({ label: 'latest' })).toMatchObject({ resolvedVersion: 2 })
    expect(await render({ label: 'latest', version: 1 })).toMatchObject({
      error: { code: 'invalid-params' },
    })
  })
})

describe('lists', () => {
  it('are narrowed by tag, folder and words', async () => {
    const full = promptsServer({ checkResults: true })
    const names = async (params: Readonly<Record<string, unknown>>) =>
      Reflect.get(Object(await call(full, 'list', params)), 'items').map(
        ({ name }: { name: string }) => name,
      )
    expect(await names({})).toHaveLength(10)
    expect(await names({ tag: 'data' })).toEqual(['extract-data', 'sql-from-question'])
    expect(await names({ folder: 'writing', query: 'TONE' })).toEqual(['rewrite-tone'])
    expect(await names({ folder: 'writ' })).toEqual([])
    await full.close()
  })

  it('read no more versions than they show, where nothing has to be looked for', async () => {
    const memory = createMemoryPromptStore()
    const read: string[] = []
    const store: PromptStore = {
      ...memory,
      read(name, version) {
        read.push(name)
        return memory.read(name, version)
      },
    }
    const full = promptsServer({ store })
    expect(await call(full, 'list', { limit: 2 })).toMatchObject({
      items: [{ name: 'code-review' }, { name: 'commit-message' }],
      nextCursor: 'commit-message',
    })
    expect(read).toEqual(['code-review', 'commit-message'])
    await full.close()
  })

  it('have a limit', async () => {
    const small = promptsServer({ starter: false, maxPrompts: 1 })
    await call(small, 'create', { prompt: 'a', ...say('a') })
    expect(await call(small, 'create', { prompt: 'b', ...say('b') })).toMatchObject({
      error: { code: 'payload-too-large' },
    })
    await small.close()
  })

  it('have a limit that many who come at once do not pass together', async () => {
    const small = promptsServer({ starter: false, maxPrompts: 2 })
    const names = ['a', 'b', 'c', 'd']
    await Promise.all(names.map((name) => call(small, 'create', { prompt: name, ...say('x') })))
    expect(Reflect.get(Object(await call(small, 'list')), 'items')).toHaveLength(2)
    await small.close()
  })
})

describe('notifications', () => {
  it('tell of prompts that come and go', async () => {
    await create('one')
    await call(server, 'delete', { prompt })
    await call(server, 'restore', { prompt })
    const change = (added: string[], removed: string[]) => ({
      type: 'prompt-list-changed',
      data: { added, removed },
    })
    expect(heard).toEqual([change([prompt], []), change([], [prompt]), change([prompt], [])])
  })

  it('tell of versions and of labels', async () => {
    await create('one')
    await update('two')
    heard.length = 0
    await call(server, 'setLabel', { prompt, label: 'production', version: 1 })
    await update('three')
    await call(server, 'removeLabel', { prompt, label: 'production' })
    const updated = (data: object) => ({
      type: 'prompt-updated',
      data: { prompt, ...data },
    })
    expect(heard).toEqual([
      updated({ version: 1, label: 'production' }),
      updated({ version: 3 }),
      updated({ version: 1, label: 'production' }),
    ])
  })

  it('tell nothing of what was refused', async () => {
    await create('{{#x}}')
    await call(server, 'delete', { prompt })
    expect(heard).toEqual([])
  })
})

it('offers to models what changes nothing, and nothing else', async () => {
  const { operations } = await server.describe()
  const offered = operations.filter(({ audience }) => audience === 'model')
  expect(offered.map(({ operation }) => operation)).toEqual(
    expect.arrayContaining([
      'list',
      'get',
      'render',
      'validate',
      'listVersions',
      'diff',
      'complete',
    ]),
  )
  expect(offered.filter(({ hints }) => !hints.readOnly)).toEqual([])
})
