import { afterAll, beforeEach, describe, expect, it } from 'vitest'

import { call } from './fixtures/call.ts'
import { promptCalls, messageOf } from './fixtures/prompt-calls.ts'
import { createMemoryPromptStore } from './store/memory-prompt-store.ts'
import type { PromptStore } from './store/prompt-store.ts'
import { promptsServer } from './prompts-server.ts'

let prompt: string
let received: unknown[]
const server = promptsServer({ checkResults: true, starter: false, sandbox: { timeoutMs: 15_000 } })
const { create, update, render } = promptCalls(server, () => prompt)
server.subscribe(({ type, data }) => received.push({ type, data }))

// One server for all tests, since its workers start slowly. Each test has its own prompt name.
beforeEach(() => {
  prompt = `greeting-${crypto.randomUUID()}`
  received = []
})
afterAll(() => server.close())

describe('versions', () => {
  it('are created by each update, which keeps the other fields', async () => {
    await create('one', { title: 'Greeting', tags: ['polite'] })
    expect(await update('two')).toEqual({ name: prompt, version: 2, warnings: [] })
    expect(await call(server, 'get', { prompt })).toMatchObject({
      title: 'Greeting',
      tags: ['polite'],
      version: 2,
      latest: 2,
      message: 'Why',
      ...messageOf('two'),
    })
    expect(await call(server, 'get', { prompt, version: 1 })).toMatchObject(messageOf('one'))
  })

  it('are listed in pages, latest first', async () => {
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

  it('are not created if ifMatch is not the latest version', async () => {
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

  it('are created in order by concurrent updates', async () => {
    await create('0')
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, index) => update(`${index}`)),
    )
    const versions = Array.from({ length: 50 }, (_, index) => ({
      name: prompt,
      version: index + 2,
      warnings: [],
    }))
    expect(responses).toEqual(expect.arrayContaining(versions))
    expect(await call(server, 'get', { prompt })).toMatchObject({ latest: 51 })
  })

  it('are compared by field and as a patch', async () => {
    await create('Hello\nyou')
    await update('Hello\nworld', { title: 'Greeting' })
    const response = await call(server, 'diff', { prompt, from: 1, to: 2 })
    expect(response).toMatchObject({ from: 1, to: 2, changed: ['title', 'messages'] })
    expect(response).toHaveProperty('patch', expect.stringContaining('-you\n+world'))
    expect(await call(server, 'diff', { prompt, from: 9 })).toMatchObject({
      error: { code: 'not-found', message: expect.stringContaining('The latest is 2') },
    })
  })

  it('become the latest by restore', async () => {
    await create('one')
    await update('two')
    expect(await call(server, 'restore', { prompt, version: 1 })).toEqual({
      name: prompt,
      version: 3,
    })
    expect(await call(server, 'get', { prompt })).toMatchObject({
      ...messageOf('one'),
      message: 'Restored version 1',
    })
  })
})

describe('a deleted prompt', () => {
  it('is not listed, keeps its name, and is restored with its versions', async () => {
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
      error: { code: 'conflict', message: expect.stringContaining('Restore and update it') },
    })
    await call(server, 'restore', { prompt })
    expect(await call(server, 'get', { prompt, version: 1 })).toMatchObject(messageOf('one'))
  })

  it('is the only one that can be restored without a version', async () => {
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
  it('point to a version, can be moved, and can be removed', async () => {
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

  it('cannot point to a version that does not exist', async () => {
    await create('one')
    const params = { prompt, label: 'production', version: 7 }
    expect(await call(server, 'setLabel', params)).toMatchObject({ error: { code: 'not-found' } })
  })

  it('are own properties, never inherited ones', async () => {
    await create('one')
    expect(await render({ label: 'constructor' })).toMatchObject({ error: { code: 'not-found' } })
  })

  it('include "latest", which always points to the latest version', async () => {
    await create('one')
    await update('two')
    expect(await render({ label: 'latest' })).toMatchObject({ resolvedVersion: 2 })
    expect(await render({ label: 'latest', version: 1 })).toMatchObject({
      error: { code: 'invalid-params' },
    })
  })
})

describe('lists', () => {
  it('are filtered by tag, folder and query', async () => {
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

  it('read only the versions of the page if there is no filter', async () => {
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

  it('have a maximum length', async () => {
    const small = promptsServer({ starter: false, maxPrompts: 1 })
    await call(small, 'create', { prompt: 'a', ...messageOf('a') })
    expect(await call(small, 'create', { prompt: 'b', ...messageOf('b') })).toMatchObject({
      error: { code: 'payload-too-large' },
    })
    await small.close()
  })

  it('have a maximum length that concurrent requests cannot exceed together', async () => {
    const small = promptsServer({ starter: false, maxPrompts: 2 })
    const names = ['a', 'b', 'c', 'd']
    await Promise.all(
      names.map((name) => call(small, 'create', { prompt: name, ...messageOf('x') })),
    )
    expect(Reflect.get(Object(await call(small, 'list')), 'items')).toHaveLength(2)
    await small.close()
  })
})

describe('notifications', () => {
  it('report added and removed prompts', async () => {
    await create('one')
    await call(server, 'delete', { prompt })
    await call(server, 'restore', { prompt })
    const change = (added: string[], removed: string[]) => ({
      type: 'prompt-list-changed',
      data: { added, removed },
    })
    expect(received).toEqual([change([prompt], []), change([], [prompt]), change([prompt], [])])
  })

  it('report versions and labels', async () => {
    await create('one')
    await update('two')
    received.length = 0
    await call(server, 'setLabel', { prompt, label: 'production', version: 1 })
    await update('three')
    await call(server, 'removeLabel', { prompt, label: 'production' })
    const updated = (data: object) => ({
      type: 'prompt-updated',
      data: { prompt, ...data },
    })
    expect(received).toEqual([
      updated({ version: 1, label: 'production' }),
      updated({ version: 3 }),
      updated({ version: 1, label: 'production' }),
    ])
  })

  it('are not emitted for rejected changes', async () => {
    await create('{{#x}}')
    await call(server, 'delete', { prompt })
    expect(received).toEqual([])
  })
})

it('offers only read-only operations to models', async () => {
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
