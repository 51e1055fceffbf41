import { expect, it } from 'vitest'

import type { ApprovalStore } from './approval-store.ts'
import type { PendingApproval } from './pending-approval.ts'

const approval: PendingApproval = {
  approvalId: 'approval-1',
  messageId: 'message-1',
  sessionId: 'session-a',
  createdAt: 1,
  expiresAt: 2,
  stage: 'request',
  request: { messages: [{ role: 'user', content: 'Hello' }], maxTokens: 10, approval: 'request' },
}

const pendingResponse: PendingApproval = {
  ...approval,
  approvalId: 'approval-2',
  stage: 'response',
  response: {
    text: 'Hi',
    toolCalls: [{ id: 'call-1', name: 'add', arguments: { a: 1 } }],
    stopReason: 'stop',
    model: 'small',
    usage: { inputTokens: 1, outputTokens: 2 },
    selection: { candidates: [], reason: 'It is the only one.' },
    value: ['any'],
  },
}

/** Defines tests that every {@link ApprovalStore} must pass. Call it inside a `describe`. */
export function itIsAnApprovalStore(create: () => ApprovalStore): void {
  it('is empty at first', async () => {
    expect(await create().list()).toEqual([])
  })

  it('returns the stored approvals', async () => {
    const store = create()
    await store.set(approval)
    await store.set(pendingResponse)
    expect(await store.list()).toEqual([approval, pendingResponse])
  })

  it('deletes an approval, and ignores a missing one', async () => {
    const store = create()
    await store.set(approval)
    await store.delete('approval-1')
    await store.delete('approval-1')
    expect(await store.list()).toEqual([])
  })
}
