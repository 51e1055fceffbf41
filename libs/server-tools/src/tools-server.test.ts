import type { NotificationEnvelope } from '@mcp/protocol'
import { defineTool, toolOperation } from '@mcp/server'
import { afterAll, expect, it } from 'vitest'
import * as z from 'zod'

import { call, outcome } from './fixtures/call.ts'
import { toolsServer } from './tools-server.ts'

const echo = toolOperation({
  title: 'Echo',
  description: 'Says it again.',
  params: () => z.object({ text: z.string() }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [{ title: 'Say "a" again', params: { text: 'a' }, result: 'a' }],
  run: ({ text }) => text,
})

const parrot = defineTool({
  name: 'parrot',
  title: 'Parrot',
  description: 'Repeats.',
  operations: { echo },
})

const clumsy = defineTool({
  name: 'clumsy',
  title: 'Clumsy',
  description: 'Fails in odd ways.',
  operations: {
    throwText: toolOperation({
      title: 'Throw a text',
      description: 'Throws what is no error.',
      params: () => z.object({}),
      result: () => z.string(),
      examples: [{ title: 'Throw', params: {} }],
      run() {
        // oxlint-disable-next-line typescript/only-throw-error
        throw 'the password is hunter2'
      },
    }),
    rejectNothing: toolOperation({
      title: 'Reject with nothing',
      description: 'Rejects with undefined.',
      params: () => z.object({}),
      result: () => z.string(),
      examples: [{ title: 'Reject', params: {} }],
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors
      run: () => Promise.reject(),
    }),
  },
})

const server = toolsServer({ tools: [parrot, clumsy], checkResults: true })

afterAll(() => server.close())

it('offers tools of your own beside those it brings', async () => {
  expect(await outcome(server, 'parrot', 'echo', { text: 'hi' })).toBe('hi')
  expect(await outcome(server, 'calculator', 'add', { a: 2, b: 3 })).toBe(5)
})

it('answers with where the params are wrong and what would be right', async () => {
  expect(await outcome(server, 'calculator', 'divide', { a: 1, b: 0 })).toEqual({
    error: {
      code: 'invalid-params',
      message: 'calculator.divide: divisor must not be zero',
      retryable: false,
      details: {
        path: ['params', 'b'],
        issues: [{ path: ['payload', 'params', 'b'], message: 'divisor must not be zero' }],
      },
    },
  })
})

it.each(['calculater', 'constructor', '__proto__', 'toString'])(
  'finds no tool named %s',
  async (tool) => {
    expect(await outcome(server, tool, 'add', { a: 1, b: 2 })).toMatchObject({
      error: { code: 'not-found' },
    })
  },
)

it.each(['ad', 'constructor', '__proto__', 'toString', 'run'])(
  'finds no operation named %s',
  async (operation) => {
    expect(await outcome(server, 'calculator', operation, { a: 1, b: 2 })).toMatchObject({
      error: { code: 'not-found' },
    })
  },
)

it('names the tool that was probably meant', async () => {
  expect(await outcome(server, 'calculater', 'add')).toMatchObject({
    error: { message: expect.stringContaining('Did you mean "calculator"?') },
  })
})

it.each(['throwText', 'rejectNothing'])(
  'answers with one clear error when a tool does %s, and goes on',
  async (operation) => {
    const failed = await outcome(server, 'clumsy', operation)
    expect(failed).toMatchObject({ error: { code: 'internal', retryable: false } })
    expect(JSON.stringify(failed)).not.toContain('hunter2')
    expect(await outcome(server, 'parrot', 'echo', { text: 'still here' })).toBe('still here')
  },
)

it('adds and removes tools while it runs, and tells clients so', async () => {
  const own = toolsServer()
  const heard: NotificationEnvelope[] = []
  own.subscribe((notification) => heard.push(notification))

  own.add(parrot)
  expect(await outcome(own, 'parrot', 'echo', { text: 'hi' })).toBe('hi')
  const described = await own.describe()
  expect(described.operations.map(({ target }) => target)).toContain('parrot')

  own.remove('parrot')
  expect(await outcome(own, 'parrot', 'echo', { text: 'hi' })).toMatchObject({
    error: { code: 'not-found' },
  })
  expect(heard.map(({ type, data }) => ({ type, data }))).toMatchObject([
    { type: 'catalogue-changed' },
    { type: 'tool-list-changed', data: { added: ['parrot'], removed: [] } },
    { type: 'catalogue-changed' },
    { type: 'tool-list-changed', data: { added: [], removed: ['parrot'] } },
  ])
  await own.close()
})

it('refuses a name that is taken', () => {
  expect(() => toolsServer({ tools: [parrot, parrot] })).toThrow('The name "parrot" is taken')
  expect(() => server.add({ ...parrot, name: 'calculator' })).toThrow('"calculator" is taken')
  expect(() => server.add({ ...parrot, name: 'tools' })).toThrow('"tools" is taken')
})

it('refuses a name that could not be called', () => {
  expect(() => server.add({ ...parrot, name: 'my tool' })).toThrow('starts with a letter')
  expect(() => server.add({ ...parrot, name: '__proto__' })).toThrow('starts with a letter')
})

it('says which tool was meant when one to remove is not there', () => {
  expect(() => server.remove('parott')).toThrow('Did you mean "parrot"?')
})

it('lists tools page by page', async () => {
  const first = await outcome(server, 'tools', 'list', { limit: 3 })
  expect(first).toMatchObject({
    items: [{ name: 'calculator' }, { name: 'textProcessor' }, { name: 'dataTransformer' }],
    nextCursor: 'dataTransformer',
  })
  const rest = await outcome(server, 'tools', 'list', { cursor: 'dataTransformer' })
  expect(rest).toMatchObject({ items: [{ name: 'parrot' }, { name: 'clumsy' }] })
  expect(rest).not.toHaveProperty('nextCursor')
})

it('lists the tools that a query finds, and knows its own cursors only', async () => {
  expect(await outcome(server, 'tools', 'list', { query: 'repeats' })).toEqual({
    items: [{ name: 'parrot', title: 'Parrot', description: 'Repeats.', operations: ['echo'] }],
  })
  expect(await outcome(server, 'tools', 'list', { cursor: 'nope' })).toMatchObject({
    error: { code: 'invalid-params', details: { path: ['params', 'cursor'] } },
  })
})

it('describes a tool with the schemas of its operations', async () => {
  expect(await outcome(server, 'tools', 'describe', { name: 'parrot' })).toMatchObject({
    name: 'parrot',
    operations: [
      {
        operation: 'echo',
        paramsSchema: { properties: { text: { type: 'string' } }, required: ['text'] },
        resultSchema: { type: 'string' },
      },
    ],
  })
  expect(await outcome(server, 'tools', 'describe', { name: 'parot' })).toMatchObject({
    error: { code: 'not-found', details: { near: ['parrot'] } },
  })
})

it('checks the params of a call without making it', async () => {
  const params = { tool: 'calculator', operation: 'add', params: { a: 'one', b: 2 } }
  expect(await outcome(server, 'tools', 'validate', params)).toMatchObject({
    valid: false,
    issues: [{ path: ['params', 'a'] }],
  })
  expect(
    await outcome(server, 'tools', 'validate', { tool: 'calculator', operation: 'constructor' }),
  ).toMatchObject({ error: { code: 'not-found' } })
})

it.each([true, false])(
  'answers each call of a batch on its own, parallel: %s',
  async (parallel) => {
    const calls = [
      { tool: 'calculator', operation: 'add', params: { a: 1, b: 2 } },
      { tool: 'calculator', operation: 'divide', params: { a: 1, b: 0 } },
      { tool: 'clumsy', operation: 'throwText', params: {} },
      { tool: 'nobody', operation: 'add', params: {} },
      { tool: 'tools', operation: 'batch', params: { calls: [] } },
      { tool: 'textProcessor', operation: 'toUpperCase', params: { text: 'x' } },
    ]
    expect(await outcome(server, 'tools', 'batch', { calls, parallel })).toMatchObject({
      results: [
        { status: 'success', result: 3 },
        { status: 'error', error: { code: 'invalid-params' } },
        { status: 'error', error: { code: 'internal' } },
        { status: 'error', error: { code: 'not-found' } },
        { status: 'error', error: { code: 'invalid-params' } },
        { status: 'success', result: 'X' },
      ],
    })
  },
)

it('tells how far a batch has come', async () => {
  const heard: unknown[] = []
  const calls = [1, 2].map((a) => ({ tool: 'calculator', operation: 'add', params: { a, b: 1 } }))
  await call(server, 'tools', 'batch', { calls }, { onEvent: ({ data }) => heard.push(data) })
  expect(heard).toMatchObject([
    { progress: 1, total: 2 },
    { progress: 2, total: 2 },
  ])
})

it('answers a result that is too large by its beginning', async () => {
  const response = await outcome(server, 'textProcessor', 'join', {
    items: Array.from({ length: 5_000 }, () => 'x'.repeat(20)),
  })
  expect(response).toMatchObject({ preview: expect.any(String), resultRef: expect.any(String) })
})

it('answers nothing more once it is closed', async () => {
  const own = toolsServer()
  await own.close()
  expect(await outcome(own, 'calculator', 'add', { a: 1, b: 2 })).toMatchObject({
    error: { code: 'unavailable' },
  })
})
