import { createManualClock } from '@mcp/protocol/testing'
import { expect, it, vi } from 'vitest'

import type { TestOptions } from './fixtures/start-conversations.ts'
import { startConversations } from './fixtures/start-conversations.ts'

const remove = { tool: 'notes_remove', arguments: { note: 'a' } }

/** Starts a run that removes a note. Collects what waits for the owner after each change. */
async function startRemoval(options: TestOptions = {}) {
  const test = startConversations({ steps: [remove, 'Removed.'], ...options })
  const { conversations, prepare } = test
  const seen: string[][] = []
  const kindsOf = () => conversations.pending('ada').map(({ kind }) => kind)
  const stop = conversations.onPendingChanged('ada', () => seen.push(kindsOf()))
  const { id } = (await conversations.create('ada', {})).conversation
  const { info, done } = await conversations.start('ada', id, { prompt: 'Remove a' }, prepare)
  await vi.waitFor(() => expect(seen.at(-1)).toEqual(['approval']))
  const [pending] = conversations.pending('ada')
  if (pending?.kind !== 'approval') throw new Error('no approval')
  return { ...test, runId: info.runId, callId: pending.approval.callId, done, seen, stop }
}

it('reports a call that waits, and the decision', async () => {
  const { conversations, runId, callId, done, seen } = await startRemoval()
  await conversations.decide('ada', runId, callId, { decision: 'once' })
  expect(seen.at(-1)).toEqual([])
  await done
})

it('reports a call that waited until its approval expired', async () => {
  const clock = createManualClock()
  const { done, seen } = await startRemoval({ clock })
  clock.advance(1000)
  await vi.waitFor(() => expect(seen.at(-1)).toEqual([]))
  await done
})

it('reports interactions of servers', async () => {
  const { conversations, runId, callId, interactions, done, seen } = await startRemoval()
  interactions?.onRequired({ interactionId: 'i-1', data: {} })
  expect(seen.at(-1)).toEqual(['approval', 'interaction'])
  interactions?.onResolved('i-1')
  expect(seen.at(-1)).toEqual(['approval'])
  await conversations.decide('ada', runId, callId, { decision: 'deny' })
  await done
})

it('reports that nothing waits any more when a run is stopped', async () => {
  const { conversations, runId, interactions, seen } = await startRemoval()
  interactions?.onRequired({ interactionId: 'i-1', data: {} })
  await conversations.stop('ada', runId)
  expect(seen.at(-1)).toEqual([])
})

it('reports nothing to another owner, or after the listener was removed', async () => {
  const { conversations, runId, callId, done, seen, stop } = await startRemoval()
  const listener = vi.fn<() => void>()
  conversations.onPendingChanged('bob', listener)
  const count = seen.length
  stop()
  await conversations.decide('ada', runId, callId, { decision: 'deny' })
  await done
  expect(listener).not.toHaveBeenCalled()
  expect(seen).toHaveLength(count)
})
