import { createHash } from 'node:crypto'

import {
  conversationChanged,
  decodeCursor,
  defaultConversationLimits,
  encodeCursor,
} from '@mcp/conversations'
import type {
  ConversationLimits,
  ConversationPage,
  ConversationStore,
  ListOptions,
  StoredConversation,
  StoredEntry,
} from '@mcp/conversations'

import type { Connection } from '../connection.ts'
import { fieldsOf, listOf, textsOf } from '../results.ts'
import { appendEntries, removeConversation, saveConversation } from './conversation-scripts.ts'

export interface RedisConversationStoreOptions {
  readonly connection: Connection
  /** Prefix of all keys. */
  readonly prefix: string
  readonly limits?: Partial<ConversationLimits> | undefined
}

/** Number of entries that one command reads, and of conversations that are read at once. */
const batch = 200

/**
 * Creates the store of conversations. All keys have one hash tag, because one script changes a conversation
 * and removes others beyond the limits.
 */
export function createRedisConversationStore(
  options: RedisConversationStoreOptions,
): ConversationStore {
  const { connection, prefix } = options
  const limits = { ...defaultConversationLimits, ...options.limits }
  const base = `${prefix}{conversations}:`
  const keyOf = (id: string): string => `${base}conversation:${id}`
  const logOf = (id: string): string => `${base}log:${id}`
  const indexOf = (owner: string): string =>
    `${base}owner:${createHash('sha256').update(owner).digest('base64url')}`
  const listed = `${base}listed`
  const bytes = `${base}bytes`

  async function load(id: string): Promise<StoredConversation | undefined> {
    const fields = fieldsOf(await connection.call('HGETALL', keyOf(id)))
    return fields.size === 0 ? undefined : toConversation(id, fields)
  }

  /** Returns the ids of the conversations of an owner after a cursor, in the order of `list`. */
  async function idsAfter(owner: string, cursor: string | undefined): Promise<readonly string[]> {
    const after = cursor === undefined ? undefined : decodeCursor(cursor)
    const texts = textsOf(await connection.call('ZREVRANGE', indexOf(owner), 0, -1, 'WITHSCORES'))
    return texts.filter((id, index) => {
      if (index % 2 === 1) return false
      const updatedAt = Number(texts[index + 1])
      if (after === undefined || updatedAt < after.updatedAt) return true
      return updatedAt === after.updatedAt && id < after.id
    })
  }

  async function list(
    owner: string,
    { cursor, limit, query = '' }: ListOptions,
  ): Promise<ConversationPage> {
    const ids = await idsAfter(owner, cursor)
    const part = query.toLowerCase()
    const found: StoredConversation[] = []
    for (let start = 0; start < ids.length && found.length <= limit; start += batch) {
      const loaded = await Promise.all(ids.slice(start, start + batch).map(load))
      // A conversation may have been removed since its id was read.
      const present = loaded.filter((each) => each !== undefined)
      found.push(...present.filter(({ title }) => title.toLowerCase().includes(part)))
    }
    const conversations = found.slice(0, limit)
    const last = conversations.at(-1)
    return found.length > limit && last !== undefined
      ? { conversations, cursor: encodeCursor(last) }
      : { conversations }
  }

  return {
    list,
    async load(owner, id) {
      const found = await load(id)
      return found?.owner === owner ? found : undefined
    },
    async save({ id, owner, title, createdAt, updatedAt, isListed, data }, { ifUpdatedAt } = {}) {
      const { maxConversations, maxTotalBytes } = limits
      const evicted = await connection.run(
        saveConversation,
        [keyOf(id), indexOf(owner), listed, bytes],
        [
          base,
          id,
          owner,
          title,
          createdAt,
          updatedAt,
          isListed ? 1 : 0,
          data,
          maxConversations,
          maxTotalBytes,
          ...(ifUpdatedAt === undefined ? [] : [ifUpdatedAt]),
        ],
      )
      if (evicted === 0) throw conversationChanged()
      return { evicted: textsOf(evicted) }
    },
    async remove(owner, id) {
      return (await connection.run(removeConversation, [keyOf(id)], [base, id, owner])) === 1
    },
    async append(id, entries) {
      const values = entries.flatMap(({ seq, run, at, kind, data }) => [seq, run, at, kind, data])
      const keys = [keyOf(id), logOf(id), bytes]
      const trimmedTo = await connection.run(appendEntries, keys, [limits.maxLogBytes, ...values])
      return typeof trimmedTo === 'string' ? { trimmedTo: positionOf(trimmedTo) } : {}
    },
    async read(id, { run, after = 0, limit = Infinity } = {}) {
      const entries: StoredEntry[] = []
      for (let position = after; ;) {
        const page = listOf(
          await connection.call('XRANGE', logOf(id), `(${position}`, '+', 'COUNT', batch),
        ).map(toEntry)
        entries.push(...page.filter((entry) => run === undefined || entry.run === run))
        position = page.at(-1)?.seq ?? position
        if (page.length < batch || entries.length >= limit) return entries.slice(0, limit)
      }
    },
  }
}

function toConversation(id: string, fields: ReadonlyMap<string, string>): StoredConversation {
  return {
    id,
    owner: fields.get('owner') ?? '',
    title: fields.get('title') ?? '',
    createdAt: Number(fields.get('createdAt')),
    updatedAt: Number(fields.get('updatedAt')),
    isListed: fields.get('isListed') === '1',
    data: fields.get('data') ?? '',
  }
}

const kinds = ['event', 'message', 'result', 'rewind'] as const

function toEntry(result: unknown): StoredEntry {
  const [id, values] = listOf(result)
  const fields = fieldsOf(values)
  return {
    seq: positionOf(String(id)),
    run: Number(fields.get('run')),
    at: Number(fields.get('at')),
    kind: kinds.find((kind) => kind === fields.get('kind')) ?? 'event',
    data: fields.get('data') ?? '',
  }
}

/** Returns the position in the id of a stream entry, such as 7 for `7-0`. */
function positionOf(id: string): number {
  return Number.parseInt(id, 10)
}
