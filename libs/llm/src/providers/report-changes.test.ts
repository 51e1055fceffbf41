import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { scriptedProvider } from '../fixtures/scripted-provider.ts'
import type { ModelProvider } from './model-provider.ts'
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
