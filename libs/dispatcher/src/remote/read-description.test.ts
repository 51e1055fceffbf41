import type { OperationDescription, ServerDescription } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { readDescription } from './read-description.ts'

// `Required` makes the compiler refuse this test if a field is added to the description and not here.
const operation: Required<OperationDescription> = {
  type: 'prompt-request',
  targetKey: 'prompt',
  target: 'greet',
  operation: 'get',
  title: 'Get',
  description: 'Returns a prompt.',
  paramsSchema: { type: 'object' },
  targetSchema: { type: 'string' },
  targetRequired: true,
  resultSchema: { type: 'array' },
  returnsContent: true,
  method: 'prompts/get',
  chunkSchema: { type: 'number' },
  hints: {
    readOnly: true,
    idempotent: false,
    destructive: true,
    openWorld: true,
    interactive: true,
  },
  audience: 'model',
  core: true,
  definition: { _meta: {} },
  errors: ['not-found'],
  examples: [
    { title: 'One', target: 'greet', params: { name: 'Ada' }, result: 1, requires: 'a file' },
  ],
}

const description: ServerDescription = {
  name: 'prompts',
  source: 'mcp-server-1',
  version: '1.0.0',
  routes: [{ type: 'prompt-request', targetKey: 'prompt', targets: ['greet'], prefix: 'up:' }],
  operations: [operation],
  notifications: { changed: { type: 'object' } },
}

it('reads every field of a description', () => {
  expect(readDescription(JSON.parse(JSON.stringify(description)))).toEqual(description)
})

it('fills in missing hints with their defaults', () => {
  const reads = { ...operation, hints: { readOnly: true } }
  const [read] = readDescription({ ...description, operations: [reads] }).operations
  expect(read?.hints).toEqual({
    readOnly: true,
    idempotent: true,
    destructive: false,
    openWorld: false,
    interactive: false,
  })
})
