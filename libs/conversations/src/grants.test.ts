import type { Grant } from '@mcp/llm'
import { systemClock } from '@mcp/protocol'
import { expect, it, vi } from 'vitest'

import { startConversations } from './fixtures/start-conversations.ts'
import { createOwnerGrants } from './grants.ts'
import { createMemoryConversationStore } from './store/memory-conversation-store.ts'

const remove = { tool: 'notes_remove', arguments: { note: 'a' } }
const view = { id: 'notes.remove', server: 'notes', operation: 'remove' }

type Test = ReturnType<typeof startConversations>

/** Starts a run that removes a note, and returns it once its call waits. */
async function startRemoval({ conversations, prepare }: Test, conversationId?: string) {
  const { id } = conversationId
    ? { id: conversationId }
    : (await conversations.create('ada', {})).conversation
  const { info, done } = await conversations.start('ada', id, { prompt: 'Remove' }, prepare)
  return { id, runId: info.runId, done }
}

/** Decides the next call that waits. */
async function decide({ conversations }: Test, decision: 'always' | 'conversation' | 'deny') {
  const pending = await vi.waitFor(() => {
    const [first] = conversations.pending('ada')
    if (first?.kind !== 'approval') throw new Error('no approval')
    return first
  })
  await conversations.decide('ada', pending.runId, pending.approval.callId, { decision })
}

it('lists the decisions for all conversations, and removes one', async () => {
  const steps = [remove, 'Removed.', remove, 'Removed.', remove, 'Denied.']
  const test = startConversations({ steps })
  const { conversations, sent } = test
  const first = await startRemoval(test)
  await decide(test, 'always')
  await first.done
  await vi.waitFor(async () => expect(await conversations.grants('ada')).toEqual([view]))
  await (
    await startRemoval(test)
  ).done
  expect(sent).toHaveLength(2)

  expect(await conversations.grants('bob')).toEqual([])
  await expect(conversations.removeGrant('bob', view.id)).rejects.toMatchObject({
    code: 'not-found',
  })
  await conversations.removeGrant('ada', view.id)
  expect(await conversations.grants('ada')).toEqual([])
  const third = await startRemoval(test)
  await decide(test, 'deny')
  await third.done
  expect(sent).toHaveLength(2)
})

it.each([
  ['always', (test: Test) => test.conversations.removeGrant('ada', view.id)],
  [
    'conversation',
    (test: Test, id: string) => test.conversations.update('ada', id, { clearGrants: true }),
  ],
] as const)('removes the decision "%s" from the run in progress', async (decision, withdraw) => {
  const again = { tool: 'notes_remove', arguments: { note: 'b' } }
  const test = startConversations({ steps: [remove, again, 'Done.'] })
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  test.gate = gate
  const { id, done } = await startRemoval(test)
  await decide(test, decision)
  await vi.waitFor(() => expect(test.sent).toHaveLength(1))
  await withdraw(test, id)
  open()
  await decide(test, 'deny')
  await done
  expect(test.sent).toHaveLength(1)
})

it('stores all decisions that are made at the same time', async () => {
  const test = startConversations({ steps: [remove, remove, 'Done.', 'Done.'] })
  const runs = await Promise.all([startRemoval(test), startRemoval(test)])
  await vi.waitFor(() => expect(test.conversations.pending('ada')).toHaveLength(2))
  await decide(test, 'always')
  await decide(test, 'always')
  await Promise.all(runs.map(({ done }) => done))
  await vi.waitFor(async () => expect(await test.conversations.grants('ada')).toEqual([view]))
})

it('loses none of the decisions that two processes store and remove at the same time', async () => {
  const store = createMemoryConversationStore()
  const here = createOwnerGrants(store, systemClock)
  const there = createOwnerGrants(store, systemClock)
  const grantOf = (number: number): Grant => ({
    server: 'notes',
    operation: `operation${number}`,
    digest: '',
    described: { description: '', hints: [], parameters: {} },
    scope: 'always',
  })
  const numbers = Array.from({ length: 40 }, (_, index) => index)
  const at = (number: number) => (number % 2 === 0 ? here : there)
  await Promise.all(numbers.map((number) => at(number).add('ada', grantOf(number))))
  const stored = await here.load('ada')
  expect(stored.map(({ operation }) => operation).toSorted()).toEqual(
    numbers.map((number) => `operation${number}`).toSorted(),
  )
  await Promise.all(numbers.map((number) => at(number).remove('ada', `notes.operation${number}`)))
  expect(await there.load('ada')).toEqual([])
})
