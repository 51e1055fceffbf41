import { systemClock } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import { createSignalBus, defaultStoreLimits, expiryOf } from '@mcp/session-manager'
import type {
  EventStore,
  InteractionStore,
  ResponseStore,
  SessionStore,
  SignalBus,
  StoreLimits,
  Stores,
} from '@mcp/session-manager'

import type { Database } from './database.ts'
import { openDatabase } from './database.ts'
import type { EventTable } from './event-table.ts'
import { createEventTable } from './event-table.ts'
import type { InteractionTable } from './interaction-table.ts'
import { createInteractionTable } from './interaction-table.ts'
import type { ResponseTable } from './response-table.ts'
import { createResponseTable } from './response-table.ts'
import { broadcastLog } from './schema.ts'
import type { SessionTable } from './session-table.ts'
import { createSessionTable } from './session-table.ts'

export interface FileStoresOptions {
  /** Bounds per session. Default: `defaultStoreLimits` of `@mcp/session-manager`. */
  readonly limits?: Partial<StoreLimits> | undefined
  /** Interval at which recorded activity is written, in milliseconds. Default: one second. */
  readonly flushMs?: number | undefined
  /** Receives the errors of that; the write is retried. Default: they are ignored. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/**
 * Opens or creates a SQLite file that holds all state of a session manager, so that it survives the
 * process, however that ends. One process at a time can open the file.
 *
 * @example
 * const stores = createFileStores('./sessions.db')
 * const manager = createSessionManager({ dispatcher, stores })
 *
 * @throws McpError if the file is damaged, is not a session file, or is in use.
 */
export function createFileStores(file: string, options: FileStoresOptions = {}): Stores {
  const { flushMs = 1000, onError = () => {}, clock = systemClock } = options
  const limits = { ...defaultStoreLimits, ...options.limits }
  const database = openDatabase(file)
  const tables: Tables = {
    database,
    sessions: createSessionTable(database, limits),
    responses: createResponseTable(database, limits),
    events: createEventTable(database, limits),
    interactions: createInteractionTable(database, limits),
  }
  const signals = createSignalBus()
  let isOpen = true

  const stopFlushing = clock.every(flushMs, () => {
    try {
      tables.sessions.flush()
    } catch (error) {
      onError(error)
    }
  })

  return {
    sessions: createSessionStore(tables, signals),
    responses: createResponseStore(tables),
    events: createEventStore(tables, signals),
    interactions: createInteractionStore(tables, signals),
    signals,
    close() {
      if (!isOpen) return
      isOpen = false
      stopFlushing()
      tables.sessions.flush()
      database.close()
    },
  }
}

interface Tables {
  readonly database: Database
  readonly sessions: SessionTable
  readonly responses: ResponseTable
  readonly events: EventTable
  readonly interactions: InteractionTable
}

function createSessionStore(tables: Tables, signals: SignalBus): SessionStore {
  return {
    create(session) {
      tables.sessions.create(session, tables.events.position())
    },
    read: (id) => tables.sessions.find(id)?.session ?? tables.sessions.findEnded(id),
    list: (owner, limit, cursor = '0') => tables.sessions.list(owner, limit, cursor),
    touch: (id, at, server) => tables.sessions.touch(id, at, server),
    expired(at, limit) {
      tables.sessions.flush()
      tables.database.transaction(() => {
        tables.sessions.prune(at)
        tables.responses.prune(at)
        tables.events.prune(at)
        tables.interactions.prune(at)
      })
      return tables.sessions.expired(at, limit)
    },
    end(id, reason, at) {
      const row = tables.sessions.find(id)
      if (row === undefined) return undefined
      if (reason === 'expired' && expiryOf(row.session) > at) return undefined
      tables.database.transaction(() => {
        tables.responses.removeAll(row.serial)
        tables.events.removeAll(row.serial)
        tables.interactions.removeAll(row.serial)
        tables.sessions.end(row, reason, at)
      })
      void signals.publish({ type: 'ended', sessionId: id, reason })
      return row.session
    },
  }
}

function createResponseStore(tables: Tables): ResponseStore {
  return {
    claim(sessionId, claim) {
      const row = tables.sessions.find(sessionId)
      if (row === undefined) {
        return { type: 'no-session', ended: tables.sessions.findEnded(sessionId) }
      }
      return { ...tables.responses.claim(row.serial, claim), session: row.session }
    },
    settle(sessionId, requestId, at, response) {
      const row = tables.sessions.find(sessionId)
      if (row !== undefined) tables.responses.settle(row.serial, requestId, at, response)
    },
  }
}

function createEventStore(tables: Tables, signals: SignalBus): EventStore {
  return {
    append(sessionId, event) {
      const log = sessionId === undefined ? broadcastLog : tables.sessions.find(sessionId)?.serial
      if (log === undefined) return undefined
      const stored = tables.events.append(log, event)
      if (stored === undefined) return undefined
      void signals.publish({ type: 'appended', sessionId, event: stored })
      return stored.position
    },
    read(sessionId, after, limit) {
      const row = tables.sessions.find(sessionId)
      return row === undefined ? undefined : tables.events.page(row, after, limit)
    },
  }
}

function createInteractionStore(tables: Tables, signals: SignalBus): InteractionStore {
  return {
    add(sessionId, interaction) {
      const row = tables.sessions.find(sessionId)
      if (row !== undefined) tables.interactions.add(row.serial, interaction)
    },
    resolve(sessionId, interactionId, resolution) {
      const row = tables.sessions.find(sessionId)
      if (row === undefined) return undefined
      const resolved = tables.interactions.resolve(row.serial, interactionId, resolution.action)
      if (typeof resolved === 'object') {
        void signals.publish({ type: 'resolved', sessionId, interactionId, resolution })
      }
      return resolved
    },
  }
}
