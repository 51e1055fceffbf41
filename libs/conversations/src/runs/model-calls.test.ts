import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { startConversations } from '../fixtures/start-conversations.ts'
import type { TestConversations } from '../fixtures/start-conversations.ts'
import type { RunEnvironment } from './run-environment.ts'

type Provider = RunEnvironment['provider']

async function run(
  { conversations, prepare }: TestConversations,
  replace: (provider: Provider) => Provider = (provider) => provider,
) {
  const { id } = (await conversations.create('ada', {})).conversation
  const { info, done } = await conversations.start(
    'ada',
    id,
    { prompt: 'Read a' },
    async (context) => {
      const environment = await prepare(context)
      return { ...environment, provider: replace(environment.provider) }
    },
  )
  await done
  return info.runId
}

it('reports each call of a model to the session, before the calls that it requests', async () => {
  const read = { tool: 'notes_read', arguments: { note: 'a' } }
  const test = startConversations({ steps: [read, 'Milk.'] })
  const runId = await run(test)
  const shared = { provider: 'scripted', model: 'scripted-1', status: 'success' }
  expect(test.modelCalls).toMatchObject([
    {
      ...shared,
      id: `${runId}.model-1`,
      durationMs: expect.any(Number),
      content: { toolCalls: [{ name: 'notes_read', arguments: { note: 'a' } }] },
    },
    { ...shared, id: `${runId}.model-2`, content: { text: 'Milk.', stopReason: 'stop' } },
  ])
})

it('reports a call that failed', async () => {
  const test = startConversations()
  await run(test, (provider) => ({
    ...provider,
    // eslint-disable-next-line require-yield
    async *stream() {
      throw new McpError('rate-limited', 'Too many requests.', { retryable: false })
    },
  }))
  expect(test.modelCalls).toMatchObject([{ status: 'rate-limited', model: 'scripted' }])
})

it('reports no call of a provider that works without a model', async () => {
  const test = startConversations()
  await run(test, (provider) => ({ ...provider, offline: true }))
  expect(test.requests).toHaveLength(1)
  expect(test.modelCalls).toEqual([])
})
