import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { collect } from '../fixtures/results.ts'
import { scriptedProvider } from '../fixtures/scripted-provider.ts'
import type { ModelProvider } from './model-provider.ts'
import { reportedError, tooLarge } from './openai-compatible/provider-error.ts'
import { reportChanges } from './report-changes.ts'

it('reports that a provider fails, and that it succeeds again, once each', async () => {
  const scripted = scriptedProvider([])
  let error: McpError | undefined
  const provider: ModelProvider = {
    ...scripted,
    async generate() {
      if (error !== undefined) throw error
      const usage = { inputTokens: 1, outputTokens: 1 }
      return { text: 'Yes.', toolCalls: [], stopReason: 'stop', model: 'small', usage }
    },
  }
  const changes: unknown[] = []
  const watched = reportChanges(provider, (change) => changes.push(change))
  const call = () => watched.generate({ messages: [] }).catch(() => {})

  await call()
  error = new McpError('invalid-params', 'Bad schema.')
  await call()
  expect(changes).toEqual([])
  error = new McpError('unavailable', 'The provider cannot be reached.')
  for (let count = 0; count < 3; count++) await call()
  error = undefined
  for (let count = 0; count < 3; count++) await call()
  expect(changes).toEqual([
    { provider: provider.id, isAvailable: false, reason: 'The provider cannot be reached.' },
    { provider: provider.id, isAvailable: true },
  ])
})

const context = { host: 'llm.example.com', model: 'small', key: undefined, now: 0 }
const responseWith = (status: number) => reportedError({ status, body: 'no' }, context)

/** Returns the changes that one failed call of each method causes. */
async function changesAfter(error: McpError) {
  const provider: ModelProvider = {
    ...scriptedProvider([]),
    async generate() {
      throw error
    },
    // oxlint-disable-next-line require-yield
    async *stream() {
      throw error
    },
  }
  const changes: boolean[] = []
  const request = { messages: [] }
  for (const isStreamed of [false, true]) {
    const watched = reportChanges(provider, ({ isAvailable }) => changes.push(isAvailable))
    const call = isStreamed ? collect(watched.stream(request)) : watched.generate(request)
    await expect(call).rejects.toBe(error)
  }
  return changes
}

it.each([
  ['HTTP 400', responseWith(400)],
  ['HTTP 404', responseWith(404)],
  ['HTTP 413', responseWith(413)],
  ['HTTP 422', responseWith(422)],
  ['a response that is too long', tooLarge('Response', 10, context)],
])('does not report a provider after %s, which one request causes', async (_name, error) => {
  expect(await changesAfter(error)).toEqual([])
})

it.each([401, 402, 408, 429, 500, 502, 503, 529])(
  'reports a provider after HTTP %i',
  async (status) => {
    expect(await changesAfter(responseWith(status))).toEqual([false, false])
  },
)
