import { isRecord } from '@mcp/protocol'
import { sampling } from '@mcp/contracts/sampling'
import type { ExampleSession } from '@mcp/testing'
import { itAnswersItsExamples } from '@mcp/testing'
import { vi } from 'vitest'

import { scriptedProvider } from './fixtures/scripted-provider.ts'
import { samplingServer } from './sampling-server.ts'

/** Begins a message that needs an approval, and gives that as soon as it waits. */
async function openApproval(session: ExampleSession): Promise<unknown> {
  const asking = session.call('complete', { prompt: 'Write a poem.', approval: 'request' })
  // It ends when it is approved, rejected, or its session closes.
  asking.catch(() => {})
  return vi.waitFor(async () => {
    const listed = await session.call('listPending')
    const items = isRecord(listed) && Array.isArray(listed['items']) ? listed['items'] : []
    const first: unknown = items[0]
    if (!isRecord(first)) throw new Error('nothing waits yet')
    return first['approvalId']
  })
}

itAnswersItsExamples(sampling, () => ({
  server: samplingServer({
    checkResults: true,
    providers: [scriptedProvider(['{ "city": "Oslo" }'])],
  }),
  async prepare({ operation, params }, session) {
    if (operation === 'approve' || operation === 'reject') {
      return { ...params, approvalId: await openApproval(session) }
    }
    if (operation !== 'get') return params
    const done = await session.call('complete', { prompt: 'Hello' })
    return { messageId: isRecord(done) ? done['messageId'] : undefined }
  },
}))
