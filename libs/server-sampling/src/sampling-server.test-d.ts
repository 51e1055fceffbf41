import type { Session } from '@mcp/client'
import type { sampling } from '@mcp/contracts/sampling'
import { expectTypeOf, it } from 'vitest'

import type { ModelProvider } from '@mcp/llm'
import { samplingServer } from './sampling-server.ts'

it('takes a provider of @mcp/llm as it is', () => {
  const take = (provider: ModelProvider) => samplingServer({ providers: [provider] })
  expectTypeOf(take).returns.toHaveProperty('fetch')
})

it('does not take something that cannot stream', () => {
  const take = (provider: Omit<ModelProvider, 'stream'>) =>
    // @ts-expect-error `stream` is missing
    samplingServer({ providers: [provider] })
  expectTypeOf(take).toBeFunction()
})

it('lets a typed client tell an answer from one that is pending', async () => {
  const ask = async (session: Session<[typeof sampling]>) => {
    const done = await session.sampling.createMessage({
      messages: [{ role: 'user', content: 'Hello' }],
      maxTokens: 10,
    })
    return 'status' in done ? done.messageId : done.content
  }
  expectTypeOf(ask).toBeFunction()
  // @ts-expect-error maxTokens is missing
  const wrong = (session: Session<[typeof sampling]>) => session.sampling.createMessage({})
  expectTypeOf(wrong).toBeFunction()
})
