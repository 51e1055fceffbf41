import type { RunEvent } from '@mcp/protocol/agent'
import { expect, it, vi } from 'vitest'

import type { Conversations } from './conversations.ts'
import type { TestConversations } from './fixtures/start-conversations.ts'
import { startConversations } from './fixtures/start-conversations.ts'
import { createManualClock } from '@mcp/protocol/testing'
import type { PrepareRun } from './runs/run-environment.ts'
import type { ConversationStore } from './store/conversation-store.ts'
import { createMemoryConversationStore } from './store/memory-conversation-store.ts'

const remove = { tool: 'notes_remove', arguments: { note: 'a' } }
const read = { tool: 'notes_read', arguments: { note: 'a' } }

async function createIn(conversations: Conversations, owner = 'ada'): Promise<string> {
  return (await conversations.create(owner, {})).conversation.id
}

async function collect(conversations: Conversations, runId: string, after = 0) {
  const { signal } = new AbortController()
  const events: RunEvent[] = []
  for await (const event of await conversations.events('ada', runId, { after, signal })) {
    events.push(event)
  }
  return events
}

it('sends the history of the conversation with a second question', async () => {
  const { conversations, prepare, requests } = startConversations({ steps: ['Four.', 'Eight.'] })
  const id = await createIn(conversations)
  await (
    await conversations.start('ada', id, { prompt: '2 + 2' }, prepare)
  ).done
  await (
    await conversations.start('ada', id, { prompt: 'Twice that' }, prepare)
  ).done
  expect(requests[1]?.messages.map(({ content }) => content)).toEqual([
    '2 + 2',
    'Four.',
    'Twice that',
  ])
  expect(await conversations.read('ada', id)).toMatchObject({
    title: '2 + 2',
    runs: [{ reason: 'answered' }, { reason: 'answered' }],
  })
})

it('retries and edits a message, without what followed it', async () => {
  const { conversations, prepare, requests } = startConversations({ steps: ['One.', 'Two.'] })
  const id = await createIn(conversations)
  await (
    await conversations.start('ada', id, { prompt: 'First' }, prepare)
  ).done
  const { messages } = await conversations.read('ada', id)
  const [{ messageId } = { messageId: '' }] = messages
  await (
    await conversations.start('ada', id, { retry: messageId }, prepare)
  ).done
  expect(requests[1]?.messages.map(({ content }) => content)).toEqual(['First'])
  const again = (await conversations.read('ada', id)).messages[0]?.messageId ?? ''
  const edit = { edit: again, prompt: 'Second' }
  await (
    await conversations.start('ada', id, edit, prepare)
  ).done
  expect(requests[2]?.messages.map(({ content }) => content)).toEqual(['Second'])
  await expect(conversations.start('ada', id, { retry: messageId }, prepare)).rejects.toMatchObject(
    { code: 'not-found' },
  )
  const { runs } = await conversations.read('ada', id)
  expect(runs.map(({ isDiscarded = false }) => isDiscarded)).toEqual([true, true, false])
})

it('refuses a second run while the first is in progress, and stops it on request', async () => {
  const test = startConversations({ steps: [read] })
  const { conversations, prepare } = test
  test.gate = new Promise(() => {})
  const id = await createIn(conversations)
  const { info } = await conversations.start('ada', id, { prompt: 'Read' }, prepare)
  await expect(conversations.start('ada', id, { prompt: 'Again' }, prepare)).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(await conversations.stop('ada', info.runId)).toMatchObject({ reason: 'stopped' })
})

it('starts the next run, or removes the conversation, as soon as the state of a run is finished', async () => {
  const memory = createMemoryConversationStore()
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const store: ConversationStore = {
    ...memory,
    async append(conversation, entries) {
      if (entries.some(({ data }) => data.includes('run-finished'))) await gate
      return memory.append(conversation, entries)
    },
  }
  const { conversations, prepare } = startConversations({
    store,
    steps: ['One.', 'Two.', 'Three.'],
  })
  const ids = [await createIn(conversations), await createIn(conversations)]
  for (const id of ids) {
    await conversations.start('ada', id, { prompt: 'First' }, prepare)
    await vi.waitFor(async () =>
      expect((await conversations.read('ada', id)).runs).toMatchObject([{ state: 'finished' }]),
    )
  }
  const [continued = '', removed = ''] = ids
  const next = conversations.start('ada', continued, { prompt: 'Second' }, prepare)
  const removal = conversations.remove('ada', removed)
  open()
  await (
    await next
  ).done
  expect((await conversations.read('ada', continued)).runs).toHaveLength(2)
  await removal
  await expect(conversations.read('ada', removed)).rejects.toMatchObject({ code: 'not-found' })
})

it('yields every event once to each of two watchers that are cut twenty times', async () => {
  const text = 'A response of several pieces.'.repeat(20)
  const { conversations, prepare } = startConversations({ steps: [read, text] })
  const id = await createIn(conversations)
  const { info } = await conversations.start('ada', id, { prompt: 'Read' }, prepare)

  async function watch(): Promise<RunEvent[]> {
    const seen: RunEvent[] = []
    for (let cut = 0; cut <= 20; cut++) {
      const leaving = new AbortController()
      const options = { after: seen.length, signal: leaving.signal }
      let left = cut === 20 ? Infinity : 1 + (cut % 3)
      for await (const event of await conversations.events('ada', info.runId, options)) {
        seen.push(event)
        if (--left <= 0) leaving.abort()
      }
    }
    return seen
  }

  const [first, second] = await Promise.all([watch(), watch()])
  expect(first.map(({ seq }) => seq)).toEqual(first.map((_, index) => index + 1))
  expect(second).toEqual(first)
  expect(first.at(-1)?.event.type).toBe('run-finished')
  expect(await collect(conversations, info.runId)).toEqual(first)
})

it('completes a run whose only watcher has left', async () => {
  const { conversations, prepare } = startConversations({ steps: [read, 'Done.'] })
  const id = await createIn(conversations)
  const { info, done } = await conversations.start('ada', id, { prompt: 'Read' }, prepare)
  const leaving = new AbortController()
  const options = { signal: leaving.signal }
  for await (const _ of await conversations.events('ada', info.runId, options)) leaving.abort()
  await done
  const events = await collect(conversations, info.runId)
  expect(events.at(-1)?.event).toMatchObject({ type: 'run-finished', reason: 'answered' })
})

it('reports positions that do not exist as a gap', async () => {
  const { conversations, prepare } = startConversations()
  const id = await createIn(conversations)
  const { info, done } = await conversations.start('ada', id, { prompt: 'Hello' }, prepare)
  await done
  await expect(collect(conversations, info.runId, 999)).rejects.toMatchObject({
    code: 'conflict',
    details: { reason: 'stream-gap' },
  })
})

it('waits for a decision, which only the first of two callers can make', async () => {
  const { conversations, prepare, sent } = startConversations({ steps: [remove, 'Removed.'] })
  const id = await createIn(conversations)
  const { info, done } = await conversations.start('ada', id, { prompt: 'Remove a' }, prepare)
  const pending = await vi.waitFor(() => {
    const [first] = conversations.pending('ada')
    if (first?.kind !== 'approval') throw new Error('no approval')
    return first.approval
  })
  expect(pending).toMatchObject({ server: 'notes', operation: 'remove' })
  expect(conversations.pending('bob')).toEqual([])
  const decide = (owner: string, decision: 'once' | 'deny', args?: Record<string, unknown>) =>
    conversations.decide(owner, info.runId, pending.callId, { decision, arguments: args })
  await expect(decide('bob', 'once')).rejects.toMatchObject({ code: 'not-found' })
  await expect(decide('ada', 'once', { wrong: 1 })).rejects.toMatchObject({
    code: 'invalid-params',
  })
  expect(sent).toEqual([])
  await decide('ada', 'once')
  await expect(decide('ada', 'deny')).rejects.toMatchObject({ code: 'conflict' })
  await done
  expect(sent).toHaveLength(1)
})

it('denies a call when no decision comes in time', async () => {
  const clock = createManualClock()
  const { conversations, prepare, sent } = startConversations({ steps: [remove], clock })
  const id = await createIn(conversations)
  const { info, done } = await conversations.start('ada', id, { prompt: 'Remove a' }, prepare)
  const callId = await vi.waitFor(() => {
    const [first] = conversations.pending('ada')
    if (first?.kind !== 'approval') throw new Error('no approval')
    return first.approval.callId
  })
  clock.advance(1000)
  await done
  expect(sent).toEqual([])
  const events = await collect(conversations, info.runId)
  expect(events.map(({ event }) => event)).toContainEqual(
    expect.objectContaining({ type: 'approval-decided', decision: 'deny', by: 'expired' }),
  )
  await expect(
    conversations.decide('ada', info.runId, callId, { decision: 'once' }),
  ).rejects.toMatchObject({ code: 'conflict' })
})

it('keeps the decision "always" for the other conversations of the owner', async () => {
  const steps = [remove, 'Removed.', remove, 'Removed.', remove, 'Denied.']
  const { conversations, prepare, sent } = startConversations({ steps })
  const first = await createIn(conversations)
  const { info, done } = await conversations.start('ada', first, { prompt: 'Remove' }, prepare)
  await vi.waitFor(async () => {
    const [pending] = conversations.pending('ada')
    if (pending?.kind !== 'approval') throw new Error('no approval')
    const { callId } = pending.approval
    await conversations.decide('ada', info.runId, callId, { decision: 'always' })
  })
  await done
  const options = { isInteractive: false }
  for (const owner of ['ada', 'bob']) {
    const id = await createIn(conversations, owner)
    await (
      await conversations.start(owner, id, { prompt: 'Remove' }, prepare, options)
    ).done
  }
  expect(sent).toHaveLength(2)
  expect((await conversations.list('ada', { limit: 10 })).conversations).toHaveLength(2)
})

it('hides conversations and runs from other owners', async () => {
  const { conversations, prepare } = startConversations()
  const id = await createIn(conversations)
  const { info, done } = await conversations.start('ada', id, { prompt: 'Hello' }, prepare)
  const { signal } = new AbortController()
  const attempts = () => [
    conversations.read('bob', id),
    conversations.update('bob', id, { title: 'Mine' }),
    conversations.remove('bob', id),
    conversations.export('bob', id),
    conversations.start('bob', id, { prompt: 'Hello' }, prepare),
    conversations.run('bob', info.runId),
    conversations.events('bob', info.runId, { signal }),
    conversations.stop('bob', info.runId),
    conversations.continue('bob', info.runId, prepare),
    conversations.result('bob', info.runId, 'x'),
  ]
  for (const isDone of [false, true]) {
    if (isDone) await done
    for (const attempt of attempts()) {
      await expect(attempt).rejects.toMatchObject({ code: 'not-found' })
    }
  }
})

it.each([
  { name: 'the same request id in the same session', session: 'ses-1', isSent: true },
  { name: 'nothing in another session', session: 'ses-2', isSent: false },
])('continues an interrupted run, and sends $name', async ({ session, isSent }) => {
  const before = startConversations({ steps: [read] })
  before.gate = new Promise(() => {})
  const id = await createIn(before.conversations)
  const { info } = await before.conversations.start('ada', id, { prompt: 'Read' }, before.prepare)
  await vi.waitFor(() => expect(before.sent).toHaveLength(1))

  // The first process does not end in this test, but its state is no longer used.
  const after = startConversations({ store: before.store, steps: ['Read.'] })
  after.session = session
  const found = await after.conversations.run('ada', info.runId)
  expect(found).toMatchObject({ state: 'finished', reason: 'interrupted' })
  const events = await collect(after.conversations, info.runId)
  expect(events.at(-1)?.event).toMatchObject({ type: 'run-finished', reason: 'interrupted' })
  const { conversations, prepare } = after
  const continued = await conversations.continue('ada', info.runId, prepare)
  await continued.done
  expect(after.sent).toEqual(isSent ? before.sent : [])
  expect(await conversations.read('ada', id)).toMatchObject({
    runs: [{ reason: 'interrupted' }, { reason: 'answered', continues: info.runId }],
  })
})

it('requires approval after an untrusted read of a run that was killed', async () => {
  const untrusted = (test: TestConversations): PrepareRun => {
    return async (context) => {
      const { catalogue, session, ...environment } = await test.prepare(context)
      return {
        ...environment,
        catalogue: catalogue.map((operation) =>
          Object.assign(operation, { hints: { ...operation.hints, openWorld: true } }),
        ),
        session: {
          ...session,
          async request(type, payload, options) {
            const response = await session.request(type, payload, options)
            return { ...response, metadata: { ...response.metadata, untrusted: true } }
          },
        },
      }
    }
  }
  const options = { allow: ['notes.*'] }
  const send = { tool: 'notes_read', arguments: { note: 'b' } }
  const before = startConversations({ steps: [read, send] })
  const id = await createIn(before.conversations)
  const prompt = { prompt: 'Read' }
  const { info } = await before.conversations.start('ada', id, prompt, untrusted(before), options)
  await vi.waitFor(() => expect(before.conversations.pending('ada')).toHaveLength(1))
  expect(before.sent).toHaveLength(1)

  // The first process does not end in this test, but its state is no longer used.
  const after = startConversations({ store: before.store, steps: ['Denied.'] })
  const { done } = await after.conversations.continue('ada', info.runId, untrusted(after), {
    ...options,
    isInteractive: false,
  })
  await done
  expect(after.sent).toEqual([])
})

it('imports what it exported, and rejects a changed document with the path', async () => {
  const { conversations, prepare } = startConversations({ steps: [read, 'Done.'] })
  const id = await createIn(conversations)
  await (
    await conversations.start('ada', id, { prompt: 'Read' }, prepare)
  ).done
  const exported = JSON.parse(JSON.stringify(await conversations.export('ada', id)))
  const { conversation } = await conversations.import('bob', exported)
  const copy = await conversations.read('bob', conversation.id)
  expect(copy.messages).toEqual((await conversations.read('ada', id)).messages)
  const changed = structuredClone(exported)
  changed.entries[0].seq = 'first'
  await expect(conversations.import('bob', changed)).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining('entries'),
  })
  expect((await conversations.list('bob', { limit: 10 })).conversations).toHaveLength(1)
})

it('interrupts the runs in progress when it closes', async () => {
  const test = startConversations({ steps: [read] })
  test.gate = new Promise(() => {})
  const id = await createIn(test.conversations)
  const { info } = await test.conversations.start('ada', id, { prompt: 'Read' }, test.prepare)
  await test.conversations.close()
  const { conversations } = startConversations({ store: test.store })
  expect(await conversations.run('ada', info.runId)).toMatchObject({ reason: 'interrupted' })
})
