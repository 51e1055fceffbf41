import { join } from 'node:path'

import { createFileConversationStore, createFileStores } from '@mcp/store-file'

/** Fills a data folder with many records of each kind. Returns their numbers. */
export async function fillFolder(folder: string, sessionCount: number) {
  const at = Date.now()
  const stores = createFileStores(join(folder, 'sessions.db'))
  await stores.events.append(undefined, event('broadcast', at))
  await Promise.all(
    Array.from({ length: sessionCount }, async (_, index) => {
      const id = `session-${String(index).padStart(6, '0')}-${'x'.repeat(24)}`
      const owner = index % 3 === 0 ? undefined : `owner-${index % 7}`
      const metadata = JSON.stringify({ index })
      await stores.sessions.create({
        id,
        clientId: 'c',
        owner,
        metadata,
        createdAt: at,
        ttlMs: 600_000,
      })
      for (let number = 0; number < 8; number++) {
        await stores.events.append(id, event(`${index}-${number}`, at))
        const request = {
          requestId: `r-${number}`,
          fingerprint: number,
          at,
          rerunLost: false,
          owner,
        }
        const claimed = await stores.responses.claim(id, request)
        if (claimed.type !== 'claimed' || number === 7) continue
        const { ticket } = claimed
        const body = JSON.stringify({ text: 'y'.repeat(500) })
        await stores.responses.settle(id, { ...request, ticket }, at, { status: 200, body })
      }
      const interaction = { id: 'i', requestId: 'r-7', kind: 'approval', message: 'Remove it?' }
      await stores.interactions.add(id, { ...interaction, expiresAt: at + 600_000 })
      if (index % 10 === 0) await stores.sessions.end(id, 'closed', at)
    }),
  )
  await stores.close()

  const conversations = createFileConversationStore(join(folder, 'conversations.db'))
  const conversationCount = Math.ceil(sessionCount / 10)
  for (let index = 0; index < conversationCount; index++) {
    const id = `c-${index}`
    const times = { createdAt: at, updatedAt: at + index }
    await conversations.save({ id, owner: 'ada', title: id, ...times, isListed: true, data: '{}' })
    const entries = Array.from({ length: 20 }, (_, seq) => entry(seq + 1, at))
    await conversations.append(id, entries)
  }
  conversations.close()
  const ended = Math.ceil(sessionCount / 10)
  const live = sessionCount - ended
  return {
    counts: {
      sessions: live,
      endedSessions: ended,
      responses: live * 8,
      events: live * 8 + 1,
      interactions: live,
    },
    conversations: conversationCount,
    entries: conversationCount * 20,
  }
}

function event(id: string, at: number) {
  return { id, type: 'note-added', data: JSON.stringify({ id, text: 'z'.repeat(500) }), at }
}

function entry(seq: number, at: number) {
  return {
    seq,
    run: 1,
    at,
    kind: 'event',
    data: JSON.stringify({ seq, text: 'w'.repeat(500) }),
  } as const
}
