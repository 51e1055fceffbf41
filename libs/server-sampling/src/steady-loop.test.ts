import { expectSteadyLoop } from '@mcp/testing'
import { expect, it } from 'vitest'

import { scriptedProvider } from '@mcp/llm/testing'
import { userMessage, createTestServer } from './fixtures/test-server.ts'

it('blocks the event loop neither with long conversations nor with schemas', async () => {
  const provider = scriptedProvider([JSON.stringify(`${'a'.repeat(40)}!`)])
  const { call } = createTestServer({ providers: [provider], tokenBudget: Infinity })
  // A first call, so that compiling and loading are not measured.
  await call('createMessage', { ...userMessage('Hello'), responseSchema: { type: 'string' } })

  const long = { maxTokens: 10, messages: [{ role: 'user', content: 'word '.repeat(200_000) }] }
  const evil = { ...userMessage('Hello'), responseSchema: { type: 'string', pattern: '^(a+)+$' } }
  await expectSteadyLoop(async () => {
    const responses = await Promise.all([
      call('createMessage', evil),
      call('createMessage', long),
      ...Array.from({ length: 50 }, () =>
        call('complete', { prompt: 'Hello' }, { sessionId: 'b' }),
      ),
    ])
    expect(responses).toHaveLength(52)
  })
})
