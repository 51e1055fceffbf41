import { isRecord } from '@mcp/protocol'
import { sampling } from '@mcp/contracts/sampling'
import type { ExampleSession } from '@mcp/testing'
import { itRunsItsExamples } from '@mcp/testing'
import { vi } from 'vitest'

import { scriptedProvider } from '@mcp/llm/testing'
import { samplingServer } from './sampling-server.ts'

/** Starts a message that requires approval, and returns the id of its pending approval. */
async function openApproval(session: ExampleSession): Promise<unknown> {
  const result = session.call('complete', { prompt: 'Write a poem.', approval: 'request' })
  // The call ends when the approval is decided or the session closes; its error is expected.
  result.catch(() => {})
  return vi.waitFor(async () => {
    const listed = await session.call('listPending')
    const items = isRecord(listed) && Array.isArray(listed['items']) ? listed['items'] : []
    const first: unknown = items[0]
    if (!isRecord(first)) throw new Error('no pending approval yet')
    return first['approvalId']
  })
}

itRunsItsExamples(sampling, () => ({
  server: samplingServer({
    checkResults: true,
    providers: [scriptedProvider(['{ "city": "Oslo" }'])],
  }),
  async prepare({ operation, params }, session) {
    if (operation === 'approve' || operation === 'reject') {
      return { ...params, approvalId: await openApproval(session) }
    }
    if (operation !== 'get') return params
    const message = await session.call('complete', { prompt: 'Hello' })
    return { messageId: isRecord(message) ? message['messageId'] : undefined }
  },
}))
