import { afterAll, describe, expect, it } from 'vitest'

import { createTestService } from '../fixtures/test-service.ts'

const service = createTestService()
afterAll(() => service.close())

const rows: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['calculator_add', { a: 'x', b: 1 }, 'a: Invalid input: expected number, received string'],
  ['calculator_add', { number: 1, a: 1, b: 2 }, 'number: unknown parameter. Known: a, b'],
  [
    'calculator_statistics',
    { value: [1] },
    'value: unknown parameter. Did you mean "values"?; values: Invalid input: expected array, received undefined',
  ],
  ['resources_list', { limt: 2 }, 'limt: unknown parameter. Did you mean "limit"?'],
  ['resources_read', {}, 'resource: Invalid input: expected string, received undefined'],
  [
    'resources_read',
    { resource: 'memory:///a', range: { start: 'x' } },
    'range.start: Invalid input: expected number, received string',
  ],
  [
    'search_tools',
    { qery: 'x' },
    'qery: unknown parameter. Did you mean "query"?; query: Invalid input: expected string, received undefined',
  ],
  ['search_tools', { query: 'x', limits: 3 }, 'limits: unknown parameter. Did you mean "limit"?'],
]

describe.each(['legacy', 'modern'] as const)('arguments of a %s client', (era) => {
  it.each(rows)('names the tool %s and its arguments in %j', async (name, args, problem) => {
    const client = await service.connect(era)
    const message = `Invalid arguments of ${name}: ${problem}`
    const failed = {
      isError: true,
      content: [{ text: `invalid-params: ${message}` }],
      _meta: { error: { message, details: { issues: expect.any(Array) } } },
    }
    expect(await client.callTool({ name, arguments: args })).toMatchObject(failed)
    const wrapped = { name, arguments: args }
    if (name === 'search_tools') return
    expect(await client.callTool({ name: 'call_tool', arguments: wrapped })).toMatchObject(failed)
  })
})
