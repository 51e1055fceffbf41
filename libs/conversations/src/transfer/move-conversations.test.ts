import { expect, it } from 'vitest'

import type { StoredConversation, StoredEntry } from '../store/conversation-store.ts'
import { createMemoryConversationStore } from '../store/memory-conversation-store.ts'
import type { ConversationExport } from './move-conversations.ts'
import { moveConversations } from './move-conversations.ts'

const at = 1_800_000_000_000
const { signal } = new AbortController()

function conversation(id: string, changes: Partial<StoredConversation> = {}): StoredConversation {
  const times = { createdAt: at, updatedAt: at }
  return { id, owner: 'ada', title: id, ...times, isListed: true, data: '{}', ...changes }
}

const entries: readonly StoredEntry[] = Array.from({ length: 1200 }, (_, index) => ({
  seq: index + 1,
  run: 1,
  at,
  kind: 'event',
  data: JSON.stringify({ text: 'x'.repeat(index % 1000) }),
}))

function exportOf(...conversations: readonly StoredConversation[]): ConversationExport {
  return { conversations: () => conversations, entries: () => entries, close: () => {} }
}

it('copies listed and unlisted conversations with their logs, also a second time', async () => {
  const target = createMemoryConversationStore()
  const source = exportOf(conversation('a'), conversation('grants', { isListed: false }))
  const counts = { conversations: 2, entries: 2400, changed: 0, evicted: 0 }
  expect(await moveConversations({ source, target, signal })).toEqual(counts)
  expect(await moveConversations({ source, target, signal })).toEqual(counts)
  expect(await target.read('a')).toEqual(entries)
  expect(await target.load('ada', 'grants')).toEqual(conversation('grants', { isListed: false }))
})

it('completes a conversation of which only a part was copied', async () => {
  const target = createMemoryConversationStore()
  await target.save(conversation('a'))
  await target.append('a', entries.slice(0, 5))
  await moveConversations({ source: exportOf(conversation('a')), target, signal })
  expect(await target.read('a')).toHaveLength(1200)
})

it('leaves out what was changed in the target, unless it is to be replaced', async () => {
  const target = createMemoryConversationStore()
  await target.save(conversation('newer', { updatedAt: at + 1 }))
  await target.save(conversation('other', { data: '{"grants":[]}' }))
  await target.save(conversation('older', { updatedAt: at - 1, data: '{"old":true}' }))
  const source = exportOf(conversation('newer'), conversation('other'), conversation('older'))
  const moved = await moveConversations({ source, target, signal })
  expect(moved).toMatchObject({ conversations: 1, changed: 2 })
  expect(await target.load('ada', 'newer')).toMatchObject({ updatedAt: at + 1 })
  expect(await target.load('ada', 'older')).toMatchObject({ data: '{}' })
  const replaced = await moveConversations({ source, target, replace: true, signal })
  expect(replaced).toMatchObject({ conversations: 3, changed: 0 })
})

it('changes nothing in a dry run, and reports what a limit of the target removes', async () => {
  const target = createMemoryConversationStore({ maxConversations: 1 })
  const source = exportOf(conversation('a'), conversation('b', { updatedAt: at + 1 }))
  const counted = await moveConversations({ source, target, dryRun: true, signal })
  expect(counted).toMatchObject({ conversations: 2, entries: 2400 })
  expect((await target.list('ada', { limit: 10 })).conversations).toEqual([])
  expect(await moveConversations({ source, target, signal })).toMatchObject({ evicted: 1 })
})

it('stops if the signal is aborted', async () => {
  const target = createMemoryConversationStore()
  const aborted = AbortSignal.abort(new Error('Interrupted.'))
  const moving = moveConversations({ source: exportOf(conversation('a')), target, signal: aborted })
  await expect(moving).rejects.toThrow('Interrupted.')
})
