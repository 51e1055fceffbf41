import type { Session } from '@mcp/client'
import type { sampling } from '@mcp/contracts/sampling'
import { expectTypeOf, it } from 'vitest'

import type { ModelProvider } from '@mcp/llm'
import { samplingServer } from './sampling-server.ts'

it('accepts a provider of @mcp/llm', () => {
  const create = (provider: ModelProvider) => samplingServer({ providers: [provider] })
  expectTypeOf(create).returns.toHaveProperty('fetch')
})

it('refuses a provider without stream', () => {
  const create = (provider: Omit<ModelProvider, 'stream'>) =>
    // @ts-expect-error `stream` is missing
    samplingServer({ providers: [provider] })
  expectTypeOf(create).toBeFunction()
})

it('lets a typed client distinguish a result from a pending one', async () => {
  const request = async (session: Session<[typeof sampling]>) => {
    const done = await session.sampling.createMessage({
      messages: [{ role: 'user', content: 'Hello' }],
      maxTokens: 10,
    })
    return 'status' in done ? done.messageId : done.content
  }
  expectTypeOf(request).toBeFunction()
  // @ts-expect-error maxTokens is missing
  const wrong = (session: Session<[typeof sampling]>) => session.sampling.createMessage({})
  expectTypeOf(wrong).toBeFunction()
})
