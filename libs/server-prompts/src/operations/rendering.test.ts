import { afterAll, beforeEach, describe, expect, it } from 'vitest'

import { call } from '../fixtures/call.ts'
import { promptCalls, say } from '../fixtures/prompt-calls.ts'
import { promptsServer } from '../prompts-server.ts'

let prompt: string
const server = promptsServer({ checkResults: true, starter: false, sandbox: { timeoutMs: 15_000 } })
const { create, update, render } = promptCalls(server, () => prompt)

// One server for all, since the start of its workers takes longer than the tests: each has a name to itself.
beforeEach(() => {
  prompt = `greeting-${crypto.randomUUID()}`
})
afterAll(() => server.close())

const nameArgument = { arguments: [{ name: 'name', description: 'Who.', required: true }] }

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

  it('keep what their schemas call by name to themselves', async () => {
    const declared = (schema: object) => ({ ...say('{{x}}'), arguments: [{ name: 'x', schema }] })
    const check = (schema: object) => call(lone, 'validate', declared(schema))
    const lone = promptsServer({ starter: false, sandbox: { maxConcurrent: 1, timeoutMs: 15_000 } })
    // Who takes the name of the schema of schemas must not take it from the others.
    await check({ $id: 'https://json-schema.org/draft/2020-12/schema', type: 'string' })
    await check({ $id: 'https://json-schema.org/draft/2020-12/meta/core', $ref: '#/nowhere' })
    expect(await check({ type: 'string' })).toMatchObject({ valid: true })
    expect(await check({ minimum: 'x' })).toMatchObject({ valid: false })
    await check({ properties: { a: { $id: 'https://example.org/mine' } } })
    expect(await check({ $ref: 'https://example.org/mine' })).toMatchObject({ valid: false })
    await lone.close()
  })

  it('say which values there are, whatever they are', async () => {
    await create('{{x}}', { arguments: [{ name: 'x', schema: { enum: [{ a: 1 }, 'b', null] } }] })
    expect(await render({ arguments: { x: 'c' } })).toMatchObject({
      error: { message: expect.stringContaining('allowed values: {"a":1}, b, null') },
    })
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
