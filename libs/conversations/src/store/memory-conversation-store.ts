import { conversationChanged } from './conversation-changed.ts'
import type { ConversationLimits, ConversationStore } from './conversation-store.ts'
import type { StoredConversation, StoredEntry } from './conversation-store.ts'
import { defaultConversationLimits } from './conversation-store.ts'
import { encodeCursor, isAfterCursor } from './cursor.ts'

interface Log {
  readonly conversation: StoredConversation
  entries: StoredEntry[]
  bytes: number
}

/** Creates a store whose conversations end with the process. */
export function createMemoryConversationStore(
  options: Partial<ConversationLimits> = {},
): ConversationStore {
  const limits = { ...defaultConversationLimits, ...options }
  const logs = new Map<string, Log>()

  const listed = (owner: string): StoredConversation[] =>
    Array.from(logs.values(), ({ conversation }) => conversation)
      .filter((each) => each.owner === owner && each.isListed)
      .toSorted(byUpdate)

  function findEvicted(saved: StoredConversation): string[] {
    const beyond = listed(saved.owner).slice(limits.maxConversations)
    const evicted = beyond.map(({ id }) => id)
    let total = Array.from(logs.values()).reduce((sum, { bytes }) => sum + bytes, 0)
    const all = Array.from(logs.values(), ({ conversation }) => conversation)
    for (const { id, isListed } of all.toSorted(byUpdate).toReversed()) {
      if (total <= limits.maxTotalBytes) break
      if (id === saved.id || !isListed) continue
      total -= logs.get(id)?.bytes ?? 0
      if (!evicted.includes(id)) evicted.push(id)
    }
    return evicted
  }

  return {
    list(owner, { cursor, limit, query = '' }) {
      const found = listed(owner)
        .filter(({ title }) => title.toLowerCase().includes(query.toLowerCase()))
        .filter((each) => isAfterCursor(each, cursor))
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return found.length > limit && last !== undefined
        ? { conversations: page, cursor: encodeCursor(last) }
        : { conversations: page }
    },
    load(owner, id) {
      const conversation = logs.get(id)?.conversation
      return conversation?.owner === owner ? conversation : undefined
    },
    async save(conversation, { ifUpdatedAt } = {}) {
      const before = logs.get(conversation.id)?.conversation.updatedAt ?? 0
      if (ifUpdatedAt !== undefined && ifUpdatedAt !== before) throw conversationChanged()
      const { entries = [], bytes = 0 } = logs.get(conversation.id) ?? {}
      logs.set(conversation.id, { conversation, entries, bytes })
      const evicted = findEvicted(conversation)
      for (const id of evicted) logs.delete(id)
      return { evicted }
    },
    async remove(owner, id) {
      return logs.get(id)?.conversation.owner === owner && logs.delete(id)
    },
    async append(id, entries) {
      const log = logs.get(id)
      if (log === undefined) return {}
      log.entries.push(...entries)
      log.bytes += entries.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0)
      let trimmedTo: number | undefined
      while (log.bytes > limits.maxLogBytes) {
        const first = log.entries.shift()
        if (first === undefined) break
        log.bytes -= Buffer.byteLength(first.data)
        trimmedTo = first.seq
      }
      return trimmedTo === undefined ? {} : { trimmedTo }
    },
    read(id, { run, after = 0, limit } = {}) {
      const entries = logs.get(id)?.entries ?? []
      return entries
        .filter((entry) => entry.seq > after && (run === undefined || entry.run === run))
        .slice(0, limit)
    },
  }
}

function byUpdate(left: StoredConversation, right: StoredConversation): number {
  return right.updatedAt - left.updatedAt || (left.id < right.id ? 1 : -1)
}
