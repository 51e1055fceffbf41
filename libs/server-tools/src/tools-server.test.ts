import type { NotificationEnvelope } from '@mcp/protocol'
import { defineTool, toolOperation } from '@mcp/server'
import { afterAll, expect, it } from 'vitest'
import * as z from 'zod'

import { call, callResult } from './fixtures/call.ts'
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

const read = toolOperation({
  title: 'Read',
  description: 'Returns text from outside.',
  params: () => z.object({}),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [{ title: 'Read', params: {} }],
  run(_params, { markUntrusted }) {
    markUntrusted()
    return 'from outside'
  },
})

const parrot = defineTool({
  name: 'parrot',
  title: 'Parrot',
  description: 'Repeats.',
  operations: { echo },
})

const reader = defineTool({
  name: 'reader',
  title: 'Reader',
  description: 'Reads text from outside.',
  operations: { read },
})

const clumsy = defineTool({
  name: 'clumsy',
  title: 'Clumsy',
  description: 'Fails in unusual ways.',
  operations: {
    throwText: toolOperation({
      title: 'Throw a string',
      description: 'Throws a string instead of an error.',
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

it('offers additional tools beside the built-in ones', async () => {
  expect(await callResult(server, 'parrot', 'echo', { text: 'hi' })).toBe('hi')
  expect(await callResult(server, 'calculator', 'add', { a: 2, b: 3 })).toBe(5)
})

it('reports the path and the problem of invalid params', async () => {
  expect(await callResult(server, 'calculator', 'divide', { a: 1, b: 0 })).toEqual({
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
    expect(await callResult(server, tool, 'add', { a: 1, b: 2 })).toMatchObject({
      error: { code: 'not-found' },
    })
  },
)

it.each(['ad', 'constructor', '__proto__', 'toString', 'run'])(
  'finds no operation named %s',
  async (operation) => {
    expect(await callResult(server, 'calculator', operation, { a: 1, b: 2 })).toMatchObject({
      error: { code: 'not-found' },
    })
  },
)

it('suggests the tool with the most similar name', async () => {
  expect(await callResult(server, 'calculater', 'add')).toMatchObject({
    error: { message: expect.stringContaining('Did you mean "calculator"?') },
  })
})

it.each(['throwText', 'rejectNothing'])(
  'returns an internal error when a tool does %s, and processes further calls',
  async (operation) => {
    const failed = await callResult(server, 'clumsy', operation)
    expect(failed).toMatchObject({ error: { code: 'internal', retryable: false } })
    expect(JSON.stringify(failed)).not.toContain('hunter2')
    expect(await callResult(server, 'parrot', 'echo', { text: 'still here' })).toBe('still here')
  },
)

it('adds and removes tools at run time and notifies clients', async () => {
  const own = toolsServer()
  const notifications: NotificationEnvelope[] = []
  own.subscribe((notification) => notifications.push(notification))

  own.add(parrot)
  expect(await callResult(own, 'parrot', 'echo', { text: 'hi' })).toBe('hi')
  const described = await own.describe()
  expect(described.operations.map(({ target }) => target)).toContain('parrot')

  own.remove('parrot')
  expect(await callResult(own, 'parrot', 'echo', { text: 'hi' })).toMatchObject({
    error: { code: 'not-found' },
  })
  expect(notifications.map(({ type, data }) => ({ type, data }))).toMatchObject([
    { type: 'catalogue-changed' },
    { type: 'tool-list-changed', data: { added: ['parrot'], removed: [] } },
    { type: 'catalogue-changed' },
    { type: 'tool-list-changed', data: { added: [], removed: ['parrot'] } },
  ])
  await own.close()
})

it('refuses a tool whose name exists', () => {
  expect(() => toolsServer({ tools: [parrot, parrot] })).toThrow('"parrot" already exists')
  expect(() => server.add({ ...parrot, name: 'calculator' })).toThrow('"calculator" already exists')
  expect(() => server.add({ ...parrot, name: 'tools' })).toThrow('"tools" already exists')
})

it('refuses an invalid tool name', () => {
  expect(() => server.add({ ...parrot, name: 'my tool' })).toThrow('starts with a letter')
  expect(() => server.add({ ...parrot, name: '__proto__' })).toThrow('starts with a letter')
})

it('suggests the most similar name when the tool to remove does not exist', () => {
  expect(() => server.remove('parott')).toThrow('Did you mean "parrot"?')
})

it('lists tools page by page', async () => {
  const first = await callResult(server, 'tools', 'list', { limit: 3 })
  expect(first).toMatchObject({
    items: [{ name: 'calculator' }, { name: 'textProcessor' }, { name: 'dataTransformer' }],
    nextCursor: 'dataTransformer',
  })
  const rest = await callResult(server, 'tools', 'list', { cursor: 'dataTransformer' })
  expect(rest).toMatchObject({ items: [{ name: 'parrot' }, { name: 'clumsy' }] })
  expect(rest).not.toHaveProperty('nextCursor')
})

it('lists the tools that match a query, and accepts its own cursors only', async () => {
  expect(await callResult(server, 'tools', 'list', { query: 'repeats' })).toEqual({
    items: [{ name: 'parrot', title: 'Parrot', description: 'Repeats.', operations: ['echo'] }],
  })
  expect(await callResult(server, 'tools', 'list', { cursor: 'nope' })).toMatchObject({
    error: { code: 'invalid-params', details: { path: ['params', 'cursor'] } },
  })
})

it('describes a tool with the schemas of its operations', async () => {
  expect(await callResult(server, 'tools', 'describe', { name: 'parrot' })).toMatchObject({
    name: 'parrot',
    operations: [
      {
        operation: 'echo',
        paramsSchema: { properties: { text: { type: 'string' } }, required: ['text'] },
        resultSchema: { type: 'string' },
      },
    ],
  })
  expect(await callResult(server, 'tools', 'describe', { name: 'parot' })).toMatchObject({
    error: { code: 'not-found', details: { near: ['parrot'] } },
  })
})

it('validates the params of a call without running it', async () => {
  const params = { tool: 'calculator', operation: 'add', params: { a: 'one', b: 2 } }
  expect(await callResult(server, 'tools', 'validate', params)).toMatchObject({
    valid: false,
    issues: [{ path: ['params', 'a'] }],
  })
  expect(
    await callResult(server, 'tools', 'validate', { tool: 'calculator', operation: 'constructor' }),
  ).toMatchObject({ error: { code: 'not-found' } })
})

it.each([true, false])(
  'returns a result or an error for each call of a batch, parallel: %s',
  async (parallel) => {
    const calls = [
      { tool: 'calculator', operation: 'add', params: { a: 1, b: 2 } },
      { tool: 'calculator', operation: 'divide', params: { a: 1, b: 0 } },
      { tool: 'clumsy', operation: 'throwText', params: {} },
      { tool: 'unknown', operation: 'add', params: {} },
      { tool: 'tools', operation: 'batch', params: { calls: [] } },
      { tool: 'textProcessor', operation: 'toUpperCase', params: { text: 'x' } },
    ]
    expect(await callResult(server, 'tools', 'batch', { calls, parallel })).toMatchObject({
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

it('marks the result of a batch as untrusted if one of its results is', async () => {
  const server = toolsServer({ tools: [parrot, reader] })
  const trusted = { tool: 'parrot', operation: 'echo', params: { text: 'a' } }
  const untrusted = { tool: 'reader', operation: 'read', params: {} }
  const metadataOf = async (calls: readonly object[]) =>
    (await call(server, 'tools', 'batch', { calls })).metadata
  expect(await metadataOf([trusted, untrusted])).toMatchObject({ untrusted: true })
  expect(await metadataOf([trusted])).not.toHaveProperty('untrusted')
  await server.close()
})

it('reports the progress of a batch', async () => {
  const events: unknown[] = []
  const calls = [1, 2].map((a) => ({ tool: 'calculator', operation: 'add', params: { a, b: 1 } }))
  await call(server, 'tools', 'batch', { calls }, { onEvent: ({ data }) => events.push(data) })
  expect(events).toMatchObject([
    { progress: 1, total: 2 },
    { progress: 2, total: 2 },
  ])
})

it('returns a preview and a reference for a result that is too large', async () => {
  const response = await callResult(server, 'textProcessor', 'join', {
    items: Array.from({ length: 5_000 }, () => 'x'.repeat(20)),
  })
  expect(response).toMatchObject({ preview: expect.any(String), resultRef: expect.any(String) })
})

it('rejects calls after it is closed', async () => {
  const own = toolsServer()
  await own.close()
  expect(await callResult(own, 'calculator', 'add', { a: 1, b: 2 })).toMatchObject({
    error: { code: 'unavailable' },
  })
})
