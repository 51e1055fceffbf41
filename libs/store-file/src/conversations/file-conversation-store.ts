import type { ConversationLimits, ConversationStore } from '@mcp/conversations'
import { conversationChanged, defaultConversationLimits } from '@mcp/conversations'
import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import { openDatabase } from '../file/database.ts'
import { createFailureMonitor } from '../file/failure-monitor.ts'
import { createWriteQueue } from '../file/write-queue.ts'
import { createConversationTable } from './conversation-table.ts'
import { conversationFormat } from './format.ts'

export interface FileConversationStoreOptions {
  readonly limits?: Partial<ConversationLimits> | undefined
  /** Receives failures of the file, once per change of state. Default: they are ignored. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Receives a message when the store works again after a failure that `onError` received. */
  readonly onRecovery?: ((message: string) => void) | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** A conversation store in a file. */
export interface FileConversationStore extends ConversationStore {
  /** Completes the waiting writes and closes the file. Idempotent. */
  close(): void
}

/**
 * Opens or creates a SQLite file with conversations. One process at a time can open the file.
 *
 * @throws McpError if the file is damaged, is a database of another program, or is in use.
 */
export function createFileConversationStore(
  file: string,
  {
    onError = () => {},
    onRecovery,
    clock = systemClock,
    ...options
  }: FileConversationStoreOptions = {},
): FileConversationStore {
  const limits = { ...defaultConversationLimits, ...options.limits }
  const monitor = createFailureMonitor({ file, clock, onError, onRecovery })
  const database = openDatabase(file, monitor, conversationFormat)
  // Writes are rare, so SQLite may move the journal into the file during a commit.
  database.execute('PRAGMA wal_autocheckpoint = 1000')
  const table = createConversationTable(database, limits)
  let commits = 0
  const writes = createWriteQueue({
    database,
    mirrors: [],
    onCommit() {
      if (++commits % commitsPerVacuum === 0) database.execute('PRAGMA incremental_vacuum(256)')
    },
  })
  let isOpen = true

  return {
    list: (owner, page) => table.list(owner, page),
    load: (owner, id) => table.load(owner, id),
    async save(conversation, { ifUpdatedAt } = {}) {
      const saved = await writes.add(() => {
        const before = table.updatedAt(conversation.id)
        if (ifUpdatedAt !== undefined && ifUpdatedAt !== before) return undefined
        table.save(conversation)
        return { evicted: table.evict(conversation) }
      })
      if (saved === undefined) throw conversationChanged()
      return saved
    },
    remove: (owner, id) =>
      writes.add(() => {
        const exists = table.load(owner, id) !== undefined
        if (exists) table.remove(id)
        return exists
      }),
    append: (id, entries) =>
      writes.add(() => {
        table.append(id, entries)
        const trimmedTo = table.trim(id)
        return trimmedTo === undefined ? {} : { trimmedTo }
      }),
    read: (id, page = {}) => table.read(id, page),
    close() {
      if (!isOpen) return
      isOpen = false
      writes.flush()
      database.close()
    },
  }
}

const commitsPerVacuum = 64
