import { afterAll, beforeEach, describe, expect, it } from 'vitest'

import { call } from './fixtures/call.ts'
import { promptsServer } from './prompts-server.ts'

let prompt: string
let heard: unknown[]
const server = promptsServer({ checkResults: true, starter: false, sandbox: { timeoutMs: 15_000 } })
server.subscribe(({ type, data }) => heard.push({ type, data }))

// One server for all, since the start of its workers takes longer than the tests: each has a name to itself.
beforeEach(() => {
  prompt = `greeting-${crypto.randomUUID()}`
  heard = []
})
afterAll(() => server.close())

const say = (content: string) => ({ messages: [{ role: 'user', content }] })

function create(content: string, others: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  return call(server, 'create', { prompt, ...say(content), ...others })
}

function update(content: string, others: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  return call(server, 'update', { prompt, message: 'Why', ...say(content), ...others })
}

const render = (params: Readonly<Record<string, unknown>> = {}) =>
  call(server, 'render', { prompt, ...params })

const nameArgument = { arguments: [{ name: 'name', description: 'Who.', required: true }] }

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
    const numbers = answers.map((answer) => expect.objectContaining(answer ?? {}))
    expect(numbers).toHaveLength(50)
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

describe('arguments', () => {
  it('are filled in, with defaults, and those that are not known are warned about', async () => {
    await create('{{greeting}}, {{name}}!', {
      arguments: [
        ...nameArgument.arguments,
        { name: 'greeting', schema: { type: 'string', default: 'Hello' } },
      ],
    })
    expect(await render({ arguments: { name: 'Ann', nam: 'Bob' } })).toEqual({
      messages: [{ role: 'user', content: 'Hello, Ann!' }],
      resolvedVersion: 1,
      engine: 'mustache',
      usedArguments: { name: 'Ann', greeting: 'Hello' },
      warnings: ['"nam" is no argument of this prompt and was left out'],
    })
  })

  it('are missed by their names', async () => {
    await create('Hello {{name}}', nameArgument)
    expect(await render()).toMatchObject({
      error: {
        code: 'invalid-params',
        message: expect.stringContaining('the argument "name" is missing (Who.)'),
        details: { reason: 'missing-argument', argument: 'name' },
      },
    })
  })

  it('are checked against their schemas, and read from text as standard clients send it', async () => {
    const argument = { name: 'count', required: true, schema: { type: 'integer', maximum: 5 } }
    await create('{{count}}', { arguments: [argument] })
    expect(await render({ arguments: { count: '3' } })).toMatchObject({
      usedArguments: { count: 3 },
    })
    expect(await render({ arguments: { count: 9 } })).toMatchObject({
      error: {
        code: 'invalid-params',
        message: expect.stringContaining('arguments.count must be <= 5'),
        details: { reason: 'argument-invalid', argument: 'count' },
      },
    })
  })

  it('have to be declared for a template to use them', async () => {
    expect(await create('Hello {{nmae}}', nameArgument)).toMatchObject({
      error: {
        code: 'invalid-params',
        message: expect.stringContaining('"nmae" is used here'),
        details: { reason: 'undeclared-argument', path: ['params', 'messages', 0, 'content'] },
      },
    })
    expect(await create('Hello', nameArgument)).toMatchObject({
      warnings: ['the argument "name" is used by no message'],
    })
  })

  it.each([
    ['is no schema', { type: 'nonsense' }],
    ['refers to another', { $ref: 'https://example.org/schema' }],
    ['has a default that it refuses', { type: 'integer', default: 'x' }],
  ])('cannot have a schema that %s', async (_what, schema) => {
    expect(await create('{{x}}', { arguments: [{ name: 'x', schema }] })).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['params', 'arguments', 0, 'schema'] } },
    })
  })

  it('may have an id in their schema, again and again', async () => {
    const schema = { $id: 'https://example.org/x', type: 'string' }
    const declared = [
      { name: 'x', schema },
      { name: 'y', schema },
    ]
    await create('{{x}}{{y}}', { arguments: declared })
    const given = { arguments: { x: 'a', y: 'b' } }
    expect(await render(given)).toMatchObject(say('ab'))
    expect(await render(given)).toMatchObject(say('ab'))
  })

  it('are completed by what was typed and by the other arguments', async () => {
    await create('{{city}}', {
      arguments: [
        {
          name: 'city',
          schema: { type: 'string', enum: ['Oslo', 'Bergen', 'Rome'] },
          completions: [{ value: 'Trondheim', when: { country: 'Norway' } }],
        },
      ],
    })
    const complete = (params: Readonly<Record<string, unknown>>) =>
      call(server, 'complete', { prompt, argument: 'city', ...params })
    expect(await complete({ value: 'o' })).toEqual({
      values: ['Oslo', 'Rome'],
      total: 2,
      hasMore: false,
    })
    expect(await complete({ value: 'tr', context: { country: 'Norway' } })).toMatchObject({
      values: ['Trondheim'],
    })
    expect(await complete({ argument: 'cty' })).toMatchObject({ error: { code: 'not-found' } })
  })
})

describe('rendering', () => {
  it('gives one text as well where it is asked for', async () => {
    await create('x', {
      messages: [
        { role: 'system', content: 'a' },
        { role: 'user', content: 'b' },
      ],
    })
    expect(await render({ format: 'text' })).toMatchObject({ text: 'a\n\nb' })
    expect(await render()).not.toHaveProperty('text')
  })

  it('leaves a prompt without an engine as it is', async () => {
    await create('{{x}} {% if %}', { engine: 'none' })
    expect(await render()).toMatchObject({ ...say('{{x}} {% if %}'), engine: 'none' })
  })

  it('does not take what was filled in for a template', async () => {
    await create('{{name}}', nameArgument)
    const name = '{{> x}}{{name}}{% include "x" %}'
    expect(await render({ arguments: { name } })).toMatchObject(say(name))
  })

  it('lets no argument reach what objects inherit', async () => {
    await create('{{#name}}{{constructor}}{{/name}}', {
      arguments: [{ name: 'name', schema: {} }],
    })
    const given = JSON.parse('{"name": {"__proto__": {"constructor": "x"}}}')
    expect(await render({ arguments: given })).toMatchObject({
      error: { code: 'invalid-params', details: { reason: 'missing-argument' } },
    })
  })
})

describe('a template with a mistake', () => {
  it.each([
    ['mustache', 'ok\n  {{#x}}', 2, 3],
    ['liquid', 'ok\n  {% if x %}', 2, 3],
  ])(
    'is refused in %s with its place, when it is kept and when it is checked',
    async (engine, content, line, column) => {
      const facts = { reason: 'template-syntax', line, column }
      const declared = { engine, arguments: [{ name: 'x' }] }
      expect(await create(content, declared)).toMatchObject({
        error: { code: 'invalid-params', details: facts },
      })
      expect(await call(server, 'validate', { ...say(content), ...declared })).toMatchObject({
        valid: false,
        issues: [{ path: ['messages', 0, 'content'], ...facts }],
      })
      await create('fine')
      expect(await update(content, declared)).toMatchObject({ error: { details: facts } })
    },
  )
})

describe('export and import', () => {
  it.each(['yaml', 'dotprompt', 'json'])('carry a prompt as %s', async (format) => {
    await create('Hello {{name}}', { ...nameArgument, title: 'Greeting', tags: ['polite'] })
    const exported = await call(server, 'export', { prompt, format })
    const text: unknown = Reflect.get(Object(exported), 'text')
    const copyName = `${prompt}-copy`
    expect(await call(server, 'import', { prompt: copyName, format, text })).toEqual({
      name: copyName,
      version: 1,
      warnings: [],
    })
    const [original, copy] = await Promise.all(
      [prompt, copyName].map((name) => call(server, 'get', { prompt: name })),
    )
    expect(copy).toEqual({
      ...Object(original),
      name: copyName,
      message: 'Imported',
      createdAt: expect.any(String),
    })
  })

  it('make a new version of a prompt that is there only where that is asked for', async () => {
    await create('one')
    const document = { prompt, format: 'dotprompt', text: 'two\n' }
    expect(await call(server, 'import', document)).toMatchObject({ error: { code: 'conflict' } })
    expect(await call(server, 'import', { ...document, onExisting: 'new-version' })).toMatchObject({
      version: 2,
    })
  })

  it('refuse what cannot be read, and what has no name', async () => {
    expect(
      await call(server, 'import', { prompt: 'x', format: 'yaml', text: 'messages: [' }),
    ).toMatchObject({ error: { code: 'invalid-params', details: { reason: 'document-syntax' } } })
    expect(await call(server, 'import', { format: 'dotprompt', text: 'Hello' })).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['params', 'prompt'] } },
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

  it('have a limit', async () => {
    const small = promptsServer({ starter: false, maxPrompts: 1 })
    await call(small, 'create', { prompt: 'a', ...say('a') })
    expect(await call(small, 'create', { prompt: 'b', ...say('b') })).toMatchObject({
      error: { code: 'payload-too-large' },
    })
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
