import { decodeCursor, encodeCursor } from '@mcp/conversations'
import type {
  ConversationLimits,
  ConversationPage,
  ListOptions,
  ReadOptions,
  StoredConversation,
  StoredEntry,
} from '@mcp/conversations'

import type { Database, Row, Statement } from '../file/database.ts'
import { integer, text } from '../file/row.ts'

/** Reads and writes the tables of conversations. The caller runs the writes in transactions. */
export interface ConversationTable {
  list(owner: string, options: ListOptions): ConversationPage
  load(owner: string, id: string): StoredConversation | undefined
  /** Returns the time of the last update of a conversation; 0 if there is none. */
  updatedAt(id: string): number
  save(conversation: StoredConversation): void
  /**
   * Removes the listed conversations beyond the limits, first those with the oldest update, and returns their
   * ids. To reduce the total size, only conversations other than `saved` are removed.
   */
  evict(saved: StoredConversation): string[]
  remove(id: string): void
  append(id: string, entries: readonly StoredEntry[]): void
  /** Removes the first entries beyond the limit. Returns the position of the last removed entry, if any. */
  trim(id: string): number | undefined
  read(id: string, options: ReadOptions): StoredEntry[]
}

export function createConversationTable(
  database: Database,
  limits: ConversationLimits,
): ConversationTable {
  const statements = prepareStatements(database)

  function remove(id: string): void {
    statements.deleteEntries.run(id)
    statements.delete.run(id)
  }

  function bytesOf(id: string): number {
    const row = statements.selectBytes.get(id)
    return row === undefined ? 0 : integer(row, 'bytes')
  }

  return {
    list(owner, options) {
      const { limit } = options
      const found = findListed(statements.list, owner, options)
      const conversations = found.slice(0, limit)
      const last = conversations.at(-1)
      return found.length > limit && last !== undefined
        ? { conversations, cursor: encodeCursor(last) }
        : { conversations }
    },
    load(owner, id) {
      const row = statements.load.get(owner, id)
      return row && toConversation(row)
    },
    updatedAt(id) {
      const row = statements.selectUpdate.get(id)
      return row === undefined ? 0 : integer(row, 'updated_at')
    },
    save({ id, owner, title, createdAt, updatedAt, isListed, data }) {
      statements.save.run(id, owner, title, createdAt, updatedAt, isListed ? 1 : 0, data)
    },
    evict({ id, owner }) {
      const evicted = statements.selectBeyond
        .all(owner, limits.maxConversations)
        .map((row) => text(row, 'id'))
      for (const each of evicted) remove(each)
      for (let total = sumOf(statements.sum.get()); total > limits.maxTotalBytes;) {
        const row = statements.selectOldest.get(id)
        if (row === undefined) break
        total -= integer(row, 'bytes')
        evicted.push(text(row, 'id'))
        remove(text(row, 'id'))
      }
      return evicted
    },
    remove,
    append(id, entries) {
      if (statements.selectBytes.get(id) === undefined) return
      let bytes = 0
      for (const { seq, run, at, kind, data } of entries) {
        statements.insert.run(id, seq, run, at, kind, data)
        bytes += Buffer.byteLength(data)
      }
      statements.addBytes.run(bytes, id)
    },
    trim(id) {
      const counted = bytesOf(id)
      if (counted <= limits.maxLogBytes) return undefined
      const sizes = statements.selectSizes.all(id)
      // An earlier version counted characters, so the sum of the sizes can differ from the stored count.
      let bytes = sizes.reduce((sum, row) => sum + integer(row, 'bytes'), 0)
      let trimmedTo: number | undefined
      for (const row of sizes) {
        if (bytes <= limits.maxLogBytes) break
        trimmedTo = integer(row, 'seq')
        bytes -= integer(row, 'bytes')
      }
      statements.deleteUpTo.run(id, trimmedTo ?? 0)
      statements.addBytes.run(bytes - counted, id)
      return trimmedTo
    },
    read(id, { run, after = 0, limit = -1 }) {
      const rows =
        run === undefined
          ? statements.read.all(id, after, limit)
          : statements.readRun.all(id, after, run, limit)
      return rows.map(toEntry)
    },
  }
}

/** Returns the listed conversations with a part of their title, up to one more than the limit. */
function findListed(
  list: Statement,
  owner: string,
  { cursor, limit, query = '' }: ListOptions,
): StoredConversation[] {
  const part = query.toLowerCase()
  const pattern = patternOf(query)
  const found: StoredConversation[] = []
  let after: Position = cursor === undefined ? firstPosition : decodeCursor(cursor)
  for (;;) {
    const { updatedAt, id } = after
    const page = list.all(owner, pattern, updatedAt, updatedAt, id, limit + 1).map(toConversation)
    found.push(...page.filter(({ title }) => title.toLowerCase().includes(part)))
    const last = page.at(-1)
    if (found.length > limit || page.length <= limit || last === undefined) return found
    after = last
  }
}

type Position = Pick<StoredConversation, 'updatedAt' | 'id'>

/**
 * Returns a pattern that matches all titles with a text. `LIKE` ignores the case of ASCII letters only, so any other
 * character matches every character. The caller compares the titles that it finds.
 */
function patternOf(text: string): string {
  const escaped = text.replaceAll(/[\\%_]/g, (char) => `\\${char}`)
  return `%${escaped.replaceAll(/\P{ASCII}/gu, '_')}%`
}

/** The position before all conversations. */
const firstPosition: Position = { updatedAt: Number.MAX_SAFE_INTEGER, id: '' }

function sumOf(row: Row | undefined): number {
  return row === undefined ? 0 : integer(row, 'sum')
}

/** Returns the conversation of a row. */
export function toConversation(row: Row): StoredConversation {
  return {
    id: text(row, 'id'),
    owner: text(row, 'owner'),
    title: text(row, 'title'),
    createdAt: integer(row, 'created_at'),
    updatedAt: integer(row, 'updated_at'),
    isListed: integer(row, 'is_listed') === 1,
    data: text(row, 'data'),
  }
}

const kinds = ['event', 'message', 'result', 'rewind'] as const

/** Returns the entry of a row. */
export function toEntry(row: Row): StoredEntry {
  const kind = text(row, 'kind')
  return {
    seq: integer(row, 'seq'),
    run: integer(row, 'run'),
    at: integer(row, 'at'),
    kind: kinds.find((each) => each === kind) ?? 'event',
    data: text(row, 'data'),
  }
}

function prepareStatements(database: Database) {
  return {
    list: database.prepare(`
      SELECT * FROM conversations WHERE owner = ? AND is_listed = 1 AND title LIKE ? ESCAPE '\\'
        AND (updated_at < ? OR (updated_at = ? AND id < ?))
      ORDER BY updated_at DESC, id DESC LIMIT ?`),
    load: database.prepare('SELECT * FROM conversations WHERE owner = ? AND id = ?'),
    save: database.prepare(`
      INSERT INTO conversations (id, owner, title, created_at, updated_at, is_listed, data)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title,
        updated_at = excluded.updated_at, is_listed = excluded.is_listed, data = excluded.data`),
    selectBeyond: database.prepare(`
      SELECT id FROM conversations WHERE owner = ? AND is_listed = 1
      ORDER BY updated_at DESC, id DESC LIMIT -1 OFFSET ?`),
    sum: database.prepare('SELECT coalesce(sum(bytes), 0) AS sum FROM conversations'),
    selectOldest: database.prepare(`
      SELECT id, bytes FROM conversations WHERE is_listed = 1 AND id <> ?
      ORDER BY updated_at, id LIMIT 1`),
    selectUpdate: database.prepare('SELECT updated_at FROM conversations WHERE id = ?'),
    selectBytes: database.prepare('SELECT bytes FROM conversations WHERE id = ?'),
    delete: database.prepare('DELETE FROM conversations WHERE id = ?'),
    deleteEntries: database.prepare('DELETE FROM entries WHERE conversation = ?'),
    insert: database.prepare(`
      INSERT INTO entries (conversation, seq, run, at, kind, data) VALUES (?, ?, ?, ?, ?, ?)`),
    addBytes: database.prepare('UPDATE conversations SET bytes = bytes + ? WHERE id = ?'),
    selectSizes: database.prepare(
      'SELECT seq, octet_length(data) AS bytes FROM entries WHERE conversation = ? ORDER BY seq',
    ),
    deleteUpTo: database.prepare('DELETE FROM entries WHERE conversation = ? AND seq <= ?'),
    read: database.prepare(
      'SELECT * FROM entries WHERE conversation = ? AND seq > ? ORDER BY seq LIMIT ?',
    ),
    readRun: database.prepare(`
      SELECT * FROM entries WHERE conversation = ? AND seq > ? AND run = ? ORDER BY seq LIMIT ?`),
  }
}
