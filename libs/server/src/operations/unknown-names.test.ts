import { createRequest } from '@mcp/protocol'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { createServer } from '../create-server.ts'
import { defineTool, toolOperation } from './define-tool.ts'

const shared = { title: 'T', description: 'D', result: () => z.unknown() }

const tool = defineTool({
  name: 'tool',
  title: 'Tool',
  description: 'A tool.',
  operations: {
    query: toolOperation({
      ...shared,
      params: () => z.object({ sql: z.string(), maxRows: z.int().optional() }),
      examples: [{ params: { sql: 'x' } }],
      run: () => 1,
    }),
    open: toolOperation({
      ...shared,
      params: () => z.looseObject({ name: z.string() }),
      examples: [{ params: { name: 'x' } }],
      run: (params) => params,
    }),
  },
})

async function call(operation: string, params: Record<string, unknown>) {
  const { query, open } = tool.operations
  const server = createServer({
    name: 'games',
    source: 'games',
    version: '1.0.0',
    groups: [
      {
        type: 'tool-execution',
        targetKey: 'tool',
        target: 'tool',
        operations: tool.operations,
        handlers: {
          query: (input, context) => query.run(z.parse(query.params, input), context),
          open: (input, context) => open.run(z.parse(open.params, input), context),
        },
      },
    ],
  })
  const request = createRequest('tool-execution', { tool: 'tool', operation, params })
  const signal = new AbortController().signal
  return server.process(request, { signal, deadline: Date.now() + 10_000 })
}

it.each([
  [{ sql: 'x', maxRow: 3 }, 'maxRow', 'unknown parameter. Did you mean "maxRows"?'],
  [{ sql: 'x', other: 3 }, 'other', 'unknown parameter'],
  [{ sql: 'x', constructor: 3 }, 'constructor', 'unknown parameter'],
])('refuses the unknown parameter in %j', async (params, key, message) => {
  expect(await call('query', params)).toMatchObject({
    error: {
      code: 'invalid-params',
      message: `tool.query: payload.params.${key}: ${message}`,
      details: { issues: [{ path: ['payload', 'params', key], message }] },
    },
  })
})

it('accepts known parameters, and any in an open schema', async () => {
  expect(await call('query', { sql: 'x', maxRows: 3 })).toMatchObject({ status: 'success' })
  expect(await call('open', { name: 'x', any: 1 })).toMatchObject({
    data: { result: { name: 'x', any: 1 } },
  })
})

it('lists the operations if none has a similar name', async () => {
  expect(await call('list', {})).toMatchObject({
    error: {
      code: 'not-found',
      message: expect.stringMatching(
        /has no operation "list"\. Its operations are .*"query", "open"/,
      ),
    },
  })
})
