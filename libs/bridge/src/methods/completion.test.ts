import { prompts } from '@mcp/contracts/prompts'
import { resources } from '@mcp/contracts/resources'
import { createServer } from '@mcp/server'
import { afterAll, expect, it } from 'vitest'

import { createTestService } from '../fixtures/test-service.ts'

const promptCompletion = { complete: prompts.operations.complete }
const resourceCompletion = { complete: resources.operations.complete }

// One server of both types, as servers of another protocol are.
const both = createServer({
  name: 'both',
  source: 'both',
  version: '1.0.0',
  groups: [
    {
      type: 'resource-access',
      targetKey: 'resource',
      operations: resourceCompletion,
      handlers: { complete: () => ({ values: ['of a template'], hasMore: false }) },
    },
    {
      type: 'prompt-template',
      targetKey: 'prompt',
      operations: promptCompletion,
      handlers: { complete: () => ({ values: ['of a prompt'], total: 1, hasMore: false }) },
    },
  ],
})
const service = createTestService({ servers: [both], hasBuiltins: false })
afterAll(() => service.close())

it.each([
  [{ type: 'ref/prompt' as const, name: 'a' }, 'of a prompt'],
  [{ type: 'ref/resource' as const, uri: 'test://{id}' }, 'of a template'],
])('completes %j with the operation of its type', async (ref, value) => {
  const client = await service.connect('legacy')
  const { completion } = await client.complete({ ref, argument: { name: 'id', value: '' } })
  expect(completion.values).toEqual([value])
})
