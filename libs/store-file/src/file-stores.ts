import { systemClock } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import {
  assertNotificationSize,
  createSessionIndex,
  createSignalBus,
  defaultStoreLimits,
} from '@mcp/session-manager'
import type {
  EventStore,
  InteractionStore,
  ResponseStore,
  SessionIndex,
  SignalBus,
  StoreLimits,
  Stores,
} from '@mcp/session-manager'

import { createActivity } from './sessions/activity.ts'
import { createCleanUpTasks } from './clean-up.ts'
import type { Database } from './file/database.ts'
import { openDatabase } from './file/database.ts'
import type { EventTable } from './events/event-table.ts'
import { createEventTable } from './events/event-table.ts'
import type { FailureMonitor } from './file/failure-monitor.ts'
import { createFailureMonitor } from './file/failure-monitor.ts'
import { ignoreStoreFailure } from './file/ignore-store-failure.ts'
import type { InteractionTable } from './interaction-table.ts'
import { createInteractionTable } from './interaction-table.ts'
import type { ResponseTable } from './responses/response-table.ts'
import { createResponseTable } from './responses/response-table.ts'
import { broadcastLog, schemaVersion } from './file/schema.ts'
import { createFileSessionStore } from './sessions/session-store.ts'
import type { SessionEntry, SessionTable } from './sessions/session-table.ts'
import { createSessionTable } from './sessions/session-table.ts'
import { toOpenError } from './file/sqlite-error.ts'

export interface FileStoresOptions {
  /** Default: `defaultStoreLimits` of `@mcp/session-manager`. */
  readonly limits?: Partial<StoreLimits> | undefined
  /** Interval at which recorded activity is written, in milliseconds. Default: one second. */
  readonly flushMs?: number | undefined
  /**
   * Receives failures of the file, once per change of state, and what is dropped because it is not
   * readable. Default: they are ignored.
   */
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
  const { onError = () => {}, clock = systemClock } = options
  let isOpen = false
  const monitor = createFailureMonitor({
    file,
    clock,
    // A failure to open is thrown.
    onError: (error) => isOpen && onError(error),
  })
  const database = openDatabase(file, monitor)
  try {
    const stores = createStoresIn(database, monitor, { ...options, onError, clock })
    isOpen = true
    return stores
  } catch (thrown) {
    database.close()
    throw toOpenError(thrown, file)
  }
}

/** Creates the stores in an open file. */
export function createStoresIn(
  database: Database,
  monitor: FailureMonitor,
  options: FileStoresOptions & {
    readonly onError: (error: unknown) => void
    readonly clock: Clock
  },
): Stores {
  const { flushMs = 1000, onError, clock } = options
  const limits = { ...defaultStoreLimits, ...options.limits }
  const state: State = {
    limits,
    index: createSessionIndex(limits),
    signals: createSignalBus(),
    database,
    sessions: createSessionTable(database, limits, onError),
    responses: createResponseTable(database, limits),
    events: createEventTable(database, limits, clock),
    interactions: createInteractionTable(database, limits),
  }
  state.sessions.load(state.index)
  const activity = createActivity(state.index, state.sessions)
  const sessions = createFileSessionStore({
    ...state,
    table: state.sessions,
    activity,
    tasks: createCleanUpTasks(state),
    position: () => state.events.position(),
  })
  let isOpen = true

  const stopFlushing = clock.every(flushMs, () => {
    ignoreStoreFailure(() => {
      // Without a write, an idle store would not notice that it can be written again.
      if (monitor.health().failure !== undefined) {
        database.execute(`PRAGMA user_version = ${schemaVersion}`)
      }
      activity.flush(false)
    })
  })

  return {
    sessions,
    responses: createResponseStore(state),
    events: createEventStore(state),
    interactions: createInteractionStore(state),
    signals: state.signals,
    isShared: false,
    health: () => monitor.health(),
    close() {
      if (!isOpen) return
      isOpen = false
      stopFlushing()
      ignoreStoreFailure(() => activity.flush(true))
      database.close()
    },
  }
}

interface State {
  readonly limits: StoreLimits
  readonly index: SessionIndex<SessionEntry>
  readonly signals: SignalBus
  readonly database: Database
  readonly sessions: SessionTable
  readonly responses: ResponseTable
  readonly events: EventTable
  readonly interactions: InteractionTable
}

function createResponseStore({ index, responses }: State): ResponseStore {
  return {
    claim(sessionId, claim) {
      const entry = index.get(sessionId)
      if (entry === undefined) return { type: 'no-session', ended: index.getEnded(sessionId) }
      entry.hasContents = true
      return { ...responses.claim(entry.serial, claim), session: entry.session }
    },
    settle(sessionId, requestId, at, response) {
      const entry = index.get(sessionId)
      if (entry !== undefined) responses.settle(entry.serial, requestId, at, response)
    },
  }
}

function createEventStore({ index, events, signals, limits }: State): EventStore {
  return {
    append(sessionId, event) {
      assertNotificationSize(event, limits)
      const entry = sessionId === undefined ? undefined : index.get(sessionId)
      if (sessionId !== undefined && entry === undefined) return undefined
      if (entry !== undefined) entry.hasContents = true
      const stored = events.append(entry?.serial ?? broadcastLog, event)
      if (stored === undefined) return undefined
      void signals.publish({ type: 'appended', sessionId, event: stored })
      return stored.position
    },
    read(sessionId, after, limit) {
      const entry = index.get(sessionId)
      return entry === undefined ? undefined : events.page(entry, after, limit)
    },
  }
}

function createInteractionStore({ index, interactions, signals }: State): InteractionStore {
  return {
    add(sessionId, interaction) {
      const entry = index.get(sessionId)
      if (entry === undefined) return
      entry.hasContents = true
      interactions.add(entry.serial, interaction)
    },
    resolve(sessionId, interactionId, resolution) {
      const entry = index.get(sessionId)
      if (entry === undefined) return undefined
      const resolved = interactions.resolve(entry.serial, interactionId, resolution.action)
      if (typeof resolved === 'object') {
        void signals.publish({ type: 'resolved', sessionId, interactionId, resolution })
      }
      return resolved
    },
  }
}
