import type { RunEvent } from '@mcp/protocol/agent'
import { createManualClock } from '@mcp/protocol/testing'
import { expect, it, vi } from 'vitest'

import type { Conversations } from '../conversations.ts'
import { createSharedMemory } from '../fixtures/shared-memory.ts'
import { startConversations } from '../fixtures/start-conversations.ts'
import type { PrepareRun } from '../runs/run-environment.ts'
import { itSharesRuns } from '../store/shared-runs.contract.ts'

itSharesRuns('memory', () => {
  const { open } = createSharedMemory()
  return [open(), open()]
})

const remove = { tool: 'notes_remove', arguments: { note: 'a' } }
const read = { tool: 'notes_read', arguments: { note: 'a' } }

/** Two processes on one store. The model of the first one follows the steps. */
function start(steps: Parameters<typeof startConversations>[0] = {}) {
  const { open } = createSharedMemory()
  const { clock } = steps
  const first = open()
  const here = startConversations({ ...steps, store: first.store })
  const openOther = () =>
    startConversations({ steps: ['There.', 'Again.'], store: open().store, clock })
  return { here, there: openOther(), openThird: openOther, endHere: first.close }
}

async function createIn(conversations: Conversations): Promise<string> {
  return (await conversations.create('ada', {})).conversation.id
}

async function collect(conversations: Conversations, runId: string) {
  const { signal } = new AbortController()
  const events: RunEvent[] = []
  for await (const event of await conversations.events('ada', runId, { signal })) events.push(event)
  return events
}

it('sends the events of a run to a watcher at another process', async () => {
  const { here, there } = start({ steps: [read, 'Done.'] })
  const { promise, resolve } = Promise.withResolvers<void>()
  here.gate = promise
  const id = await createIn(here.conversations)
  const { info, done } = await here.conversations.start('ada', id, { prompt: 'x' }, here.prepare)
  const watching = collect(there.conversations, info.runId)
  expect(await there.conversations.run('ada', info.runId)).toMatchObject({ state: 'running' })
  resolve()
  await done
  const events = await watching
  expect(events).toEqual(await collect(here.conversations, info.runId))
  expect(events.at(-1)?.event).toMatchObject({ type: 'run-finished', reason: 'answered' })
})

it('starts one run of a conversation at a time, and the next one at any process', async () => {
  const { here, there } = start({ steps: [read, 'Done.'] })
  const { promise, resolve } = Promise.withResolvers<void>()
  here.gate = promise
  const id = await createIn(here.conversations)
  const { info, done } = await here.conversations.start('ada', id, { prompt: 'x' }, here.prepare)
  const again = there.conversations.start('ada', id, { prompt: 'y' }, there.prepare)
  await expect(again).rejects.toMatchObject({
    code: 'conflict',
    details: { reason: 'run-in-progress', runId: info.runId },
  })
  await expect(there.conversations.remove('ada', id)).rejects.toMatchObject({ code: 'conflict' })
  resolve()
  await done
  const next = await there.conversations.start('ada', id, { prompt: 'y' }, there.prepare)
  await next.done
  expect((await here.conversations.read('ada', id)).runs).toMatchObject([
    { reason: 'answered' },
    { reason: 'answered' },
  ])
})

it('decides, changes settings and stops at another process', async () => {
  const { here, there } = start({ steps: [remove, read, 'Done.'] })
  const { promise, resolve } = Promise.withResolvers<void>()
  here.gate = promise
  const id = await createIn(here.conversations)
  const stops = vi.fn<() => void>()
  const prepare: PrepareRun = async (context) => {
    const environment = await here.prepare(context)
    const { session } = environment
    return {
      ...environment,
      session: {
        ...session,
        request(type, payload, options) {
          options.signal.addEventListener('abort', stops)
          return session.request(type, payload, options)
        },
      },
    }
  }
  const { info, done } = await here.conversations.start('ada', id, { prompt: 'x' }, prepare)
  const pendingCall = async (): Promise<string> => {
    const [item] = here.conversations.pending('ada')
    if (item?.kind !== 'approval') throw new Error('Nothing is pending')
    return item.approval.callId
  }
  const callId = await vi.waitFor(pendingCall)
  await there.conversations.decide('ada', info.runId, callId, { decision: 'once' })
  await vi.waitFor(() => expect(here.sent).toHaveLength(1))
  await expect(
    there.conversations.decide('ada', info.runId, callId, { decision: 'deny' }),
  ).rejects.toMatchObject({ code: 'conflict', details: { reason: 'decided' } })
  const changed = await there.conversations.update('ada', id, { title: 'Changed' })
  expect(changed).toMatchObject({ title: 'Changed' })
  const stopping = there.conversations.stop('ada', info.runId)
  await vi.waitFor(() => expect(stops).toHaveBeenCalledOnce())
  resolve()
  expect(await stopping).toMatchObject({ state: 'finished', reason: 'stopped' })
  await done
  expect(await here.conversations.read('ada', id)).toMatchObject({ title: 'Changed' })
})

it('ends the run of a process that has ended, once', async () => {
  const { here, there, endHere } = start({ steps: [remove, 'Done.'] })
  const id = await createIn(here.conversations)
  const { info } = await here.conversations.start('ada', id, { prompt: 'x' }, here.prepare)
  await vi.waitFor(() => expect(here.conversations.pending('ada')).toHaveLength(1))
  const watching = collect(there.conversations, info.runId)
  expect(await there.conversations.run('ada', info.runId)).toMatchObject({ state: 'running' })
  endHere()
  const events = await watching
  expect(events.at(-1)?.event).toMatchObject({ type: 'run-finished', reason: 'interrupted' })
  expect(await there.conversations.run('ada', info.runId)).toMatchObject({ reason: 'interrupted' })
})

it('lists what waits at all processes, reports its changes, and decides it', async () => {
  const { here, there, openThird } = start({ steps: [remove, 'Done.'] })
  const changed = vi.fn<() => void>()
  there.conversations.onPendingChanged('ada', changed)
  const id = await createIn(here.conversations)
  const { info, done } = await here.conversations.start('ada', id, { prompt: 'x' }, here.prepare)
  const [item] = await vi.waitFor(() => {
    const items = there.conversations.pending('ada')
    expect(items).toMatchObject([{ kind: 'approval', conversationId: id, runId: info.runId }])
    return items
  })
  expect(item).toEqual(JSON.parse(JSON.stringify(here.conversations.pending('ada')[0])))
  expect(there.conversations.pending('bob')).toEqual([])
  expect(changed).toHaveBeenCalled()
  // A process that starts later asks the others.
  const third = openThird()
  await vi.waitFor(() => expect(third.conversations.pending('ada')).toEqual([item]))
  const callId = item?.kind === 'approval' ? item.approval.callId : ''
  await there.conversations.decide('ada', info.runId, callId, { decision: 'once' })
  await done
  for (const { conversations } of [here, there, third]) {
    await vi.waitFor(() => expect(conversations.pending('ada')).toEqual([]))
  }
})

it('no longer lists what waits at a process that has ended', async () => {
  const clock = createManualClock()
  const { here, there, endHere } = start({ steps: [remove, 'Done.'], clock })
  const id = await createIn(here.conversations)
  await here.conversations.start('ada', id, { prompt: 'x' }, here.prepare)
  await vi.waitFor(() => expect(there.conversations.pending('ada')).toHaveLength(1))
  const changed = vi.fn<() => void>()
  there.conversations.onPendingChanged('ada', changed)
  endHere()
  clock.advance(20_000)
  expect(there.conversations.pending('ada')).toEqual([])
  expect(changed).toHaveBeenCalled()
})
