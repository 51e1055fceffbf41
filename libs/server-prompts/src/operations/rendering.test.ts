import { afterAll, beforeEach, describe, expect, it } from 'vitest'

import { call } from '../fixtures/call.ts'
import { promptCalls, messageOf } from '../fixtures/prompt-calls.ts'
import { promptsServer } from '../prompts-server.ts'

let prompt: string
const server = promptsServer({ checkResults: true, starter: false, sandbox: { timeoutMs: 15_000 } })
const { create, update, render } = promptCalls(server, () => prompt)

// One server for all tests, since its workers start slowly. Each test has its own prompt name.
beforeEach(() => {
  prompt = `greeting-${crypto.randomUUID()}`
})
afterAll(() => server.close())

const nameArgument = { arguments: [{ name: 'name', description: 'Who.', required: true }] }

describe('arguments', () => {
  it('are rendered with defaults, and unknown ones cause a warning', async () => {
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
      warnings: ['the unknown argument "nam" was ignored'],
    })
  })

  it('are reported by name if they are missing', async () => {
    await create('Hello {{name}}', nameArgument)
    expect(await render()).toMatchObject({
      error: {
        code: 'invalid-params',
        message: expect.stringContaining('the argument "name" is missing (Who.)'),
        details: { reason: 'missing-argument', argument: 'name' },
      },
    })
  })

  it('are validated against their schemas, and parsed from text', async () => {
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

  it('must be declared if a template uses them', async () => {
    expect(await create('Hello {{nmae}}', nameArgument)).toMatchObject({
      error: {
        code: 'invalid-params',
        message: expect.stringContaining('"nmae" is used but not declared'),
        details: { reason: 'undeclared-argument', path: ['params', 'messages', 0, 'content'] },
      },
    })
    expect(await create('Hello', nameArgument)).toMatchObject({
      warnings: ['no message uses the argument "name"'],
    })
  })

  it.each([
    ['is not a valid schema', { type: 'nonsense' }],
    ['refers to another', { $ref: 'https://example.org/schema' }],
    ['has a default that it refuses', { type: 'integer', default: 'x' }],
  ])('are rejected if the schema %s', async (_title, schema) => {
    expect(await create('{{x}}', { arguments: [{ name: 'x', schema }] })).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['params', 'arguments', 0, 'schema'] } },
    })
  })

  it('can have a schema with an id, repeatedly', async () => {
    const schema = { $id: 'https://example.org/x', type: 'string' }
    const declared = [
      { name: 'x', schema },
      { name: 'y', schema },
    ]
    await create('{{x}}{{y}}', { arguments: declared })
    const values = { arguments: { x: 'a', y: 'b' } }
    expect(await render(values)).toMatchObject(messageOf('ab'))
    expect(await render(values)).toMatchObject(messageOf('ab'))
  })

  it('do not share the named parts of their schemas', async () => {
    const declared = (schema: object) => ({
      ...messageOf('{{x}}'),
      arguments: [{ name: 'x', schema }],
    })
    const check = (schema: object) => call(lone, 'validate', declared(schema))
    const lone = promptsServer({ starter: false, sandbox: { maxConcurrent: 1, timeoutMs: 15_000 } })
    // A schema with the id of the meta-schema must not replace it for the others.
    await check({ $id: 'https://json-schema.org/draft/2020-12/schema', type: 'string' })
    await check({ $id: 'https://json-schema.org/draft/2020-12/meta/core', $ref: '#/nowhere' })
    expect(await check({ type: 'string' })).toMatchObject({ valid: true })
    expect(await check({ minimum: 'x' })).toMatchObject({ valid: false })
    await check({ properties: { a: { $id: 'https://example.org/mine' } } })
    expect(await check({ $ref: 'https://example.org/mine' })).toMatchObject({ valid: false })
    await lone.close()
  })

  it('report the allowed values of an enum of any type', async () => {
    await create('{{x}}', { arguments: [{ name: 'x', schema: { enum: [{ a: 1 }, 'b', null] } }] })
    expect(await render({ arguments: { x: 'c' } })).toMatchObject({
      error: { message: expect.stringContaining('allowed values: {"a":1}, b, null') },
    })
  })

  it('are completed by the typed text and the other arguments', async () => {
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

  it('are completed by the numbers of the schema', async () => {
    await create('{{size}}', {
      arguments: [{ name: 'size', schema: { type: 'integer', enum: [10, 20, 100] } }],
    })
    expect(await call(server, 'complete', { prompt, argument: 'size', value: '1' })).toMatchObject({
      values: ['10', '100'],
    })
  })
})

describe('rendering', () => {
  it('returns a single text if it is requested', async () => {
    await create('x', {
      messages: [
        { role: 'system', content: 'a' },
        { role: 'user', content: 'b' },
      ],
    })
    expect(await render({ format: 'text' })).toMatchObject({ text: 'a\n\nb' })
    expect(await render()).not.toHaveProperty('text')
  })

  it('returns a prompt without an engine unchanged', async () => {
    await create('{{x}} {% if %}', { engine: 'none' })
    expect(await render()).toMatchObject({ ...messageOf('{{x}} {% if %}'), engine: 'none' })
  })

  it('does not interpret values as templates', async () => {
    await create('{{name}}', nameArgument)
    const name = '{{> x}}{{name}}{% include "x" %}'
    expect(await render({ arguments: { name } })).toMatchObject(messageOf(name))
  })

  it('does not expose inherited properties', async () => {
    await create('{{#name}}{{constructor}}{{/name}}', {
      arguments: [{ name: 'name', schema: {} }],
    })
    const values = JSON.parse('{"name": {"__proto__": {"constructor": "x"}}}')
    expect(await render({ arguments: values })).toMatchObject({
      error: { code: 'invalid-params', details: { reason: 'missing-argument' } },
    })
  })
})

describe('an invalid template', () => {
  it.each([
    ['mustache', 'ok\n  {{#x}}', 2, 3],
    ['liquid', 'ok\n  {% if x %}', 2, 3],
  ])(
    'is refused in %s with its position, by create and by validate',
    async (engine, content, line, column) => {
      const details = { reason: 'template-syntax', line, column }
      const declared = { engine, arguments: [{ name: 'x' }] }
      expect(await create(content, declared)).toMatchObject({
        error: { code: 'invalid-params', details: details },
      })
      expect(await call(server, 'validate', { ...messageOf(content), ...declared })).toMatchObject({
        valid: false,
        issues: [{ path: ['messages', 0, 'content'], ...details }],
      })
      await create('fine')
      expect(await update(content, declared)).toMatchObject({ error: { details: details } })
    },
  )
})

describe('export and import', () => {
  it.each(['yaml', 'dotprompt', 'json'])('preserve a prompt as %s', async (format) => {
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

  it('create a new version of an existing prompt only if it is requested', async () => {
    await create('one')
    const document = { prompt, format: 'dotprompt', text: 'two\n' }
    expect(await call(server, 'import', document)).toMatchObject({ error: { code: 'conflict' } })
    expect(await call(server, 'import', { ...document, onExisting: 'new-version' })).toMatchObject({
      version: 2,
    })
  })

  it('reject invalid documents and documents without a name', async () => {
    expect(
      await call(server, 'import', { prompt: 'x', format: 'yaml', text: 'messages: [' }),
    ).toMatchObject({ error: { code: 'invalid-params', details: { reason: 'document-syntax' } } })
    expect(await call(server, 'import', { format: 'dotprompt', text: 'Hello' })).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['params', 'prompt'] } },
    })
  })
})
