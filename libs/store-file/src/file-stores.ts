import { systemClock } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import {
  advanceNumbered,
  assertNotificationSize,
  createSessionIndex,
  createSignalBus,
  defaultStoreLimits,
  isResolution,
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
import { createCheckpointer } from './file/checkpointer.ts'
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
import type { WriteQueue } from './file/write-queue.ts'
import { createWriteQueue } from './file/write-queue.ts'

export interface FileStoresOptions {
  /** Default: `defaultStoreLimits` of `@mcp/session-manager`. */
  readonly limits?: Partial<StoreLimits> | undefined
  /** Interval at which recorded activity is written, in milliseconds. Default: one second. */
  readonly flushMs?: number | undefined
  /**
   * Length of the journal at which its content is moved into the file, in bytes. On a disk that flushes slowly,
   * it becomes up to four times as long. Default: 128 MiB.
   */
  readonly maxJournalBytes?: number | undefined
  /**
   * Receives failures of the file, once per change of state, and an error for each unreadable value that is
   * dropped. Default: errors are ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Receives a message when the store works again after a failure that `onError` received. */
  readonly onRecovery?: ((message: string) => void) | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

const defaultMaxJournalBytes = 128 * 1024 * 1024
/** The length of the journal is checked after this number of commits, and once per `flushMs`. */
const commitsPerCheck = 8

/**
 * Opens or creates a SQLite file that holds all state of a session manager. The state survives the end of the
 * process, even if the process is killed. One process at a time can open the file.
 *
 * @example
 * const stores = createFileStores('./sessions.db')
 * const manager = createSessionManager({ dispatcher, stores })
 *
 * @throws McpError if the file is damaged, is not a data file, or is in use.
 */
export function createFileStores(file: string, options: FileStoresOptions = {}): Stores {
  const { onError = () => {}, clock = systemClock } = options
  let isOpen = false
  const monitor = createFailureMonitor({
    file,
    clock,
    // A failure to open the file is thrown instead of reported.
    onError: (error) => isOpen && onError(error),
    onRecovery: options.onRecovery,
  })
  const database = openDatabase(file, monitor)
  try {
    const stores = createStoresIn(database, monitor, { ...options, file, onError, clock })
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
    readonly file: string
    readonly onError: (error: unknown) => void
    readonly clock: Clock
  },
): Stores {
  const { file, flushMs = 1000, onError, clock } = options
  const limits = { ...defaultStoreLimits, ...options.limits }
  const responses = createResponseTable(database, limits)
  const events = createEventTable(database, limits, clock)
  let commits = 0
  const state: State = {
    limits,
    index: createSessionIndex(limits),
    signals: createSignalBus(),
    database,
    writes: createWriteQueue({
      database,
      mirrors: [...responses.mirrors, ...events.mirrors],
      onCommit() {
        if (++commits % commitsPerCheck === 0) checkpointer.check()
      },
    }),
    sessions: createSessionTable(database, limits, onError),
    responses,
    events,
    interactions: createInteractionTable(database, limits),
  }
  state.sessions.load(state.index)
  const checkpointer = createCheckpointer({
    file,
    pause: () => state.writes.pause(),
    resume: () => state.writes.resume(),
    onError(error) {
      // The monitor reports the failures of SQLite.
      if (monitor.failed(error, true) === error) onError(error)
    },
    maxJournalBytes: options.maxJournalBytes ?? defaultMaxJournalBytes,
    clock,
  })
  const activity = createActivity(state.index, state.sessions)
  const sessions = createFileSessionStore({
    ...state,
    table: state.sessions,
    activity,
    tasks: createCleanUpTasks({ ...state, shrinkFile: () => checkpointer.shrink() }),
    position: () => state.events.position(),
  })
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    stopFlushing()
    await checkpointer.close()
    state.writes.flush()
    ignoreStoreFailure(() => activity.flush(true))
    database.close()
  }

  const stopFlushing = clock.every(flushMs, () => {
    // A checkpoint has locked the file, so a write would block this thread.
    if (state.writes.isPaused) return
    ignoreStoreFailure(() => {
      // Without a write, an idle store would not notice that the file can be written again.
      if (monitor.health().failure !== undefined) {
        database.execute(`PRAGMA user_version = ${schemaVersion}`)
      }
      activity.flush(false)
    })
    checkpointer.check()
  })

  return {
    sessions,
    responses: createResponseStore(state),
    events: createEventStore(state),
    interactions: createInteractionStore(state),
    signals: state.signals,
    isShared: false,
    health: () => ({ ...monitor.health(), sessions: state.index.size() }),
    close: () => (closing ??= close()),
  }
}

interface State {
  readonly limits: StoreLimits
  readonly index: SessionIndex<SessionEntry>
  readonly signals: SignalBus
  readonly database: Database
  readonly writes: WriteQueue
  readonly sessions: SessionTable
  readonly responses: ResponseTable
  readonly events: EventTable
  readonly interactions: InteractionTable
}

function createResponseStore({ index, responses, writes }: State): ResponseStore {
  return {
    claim: (sessionId, claim) =>
      writes.add(() => {
        const entry = index.get(sessionId)
        if (entry === undefined) return { type: 'no-session', ended: index.getEnded(sessionId) }
        if (entry.session.owner !== claim.owner) return { type: 'no-session', ended: undefined }
        entry.hasContents = true
        return { ...responses.claim(entry.serial, claim), session: entry.session }
      }),
    settle: (sessionId, { requestId }, at, response) =>
      writes.add(() => {
        const entry = index.get(sessionId)
        if (entry !== undefined) responses.settle(entry.serial, requestId, at, response)
      }),
  }
}

function createEventStore({ index, events, signals, limits, writes }: State): EventStore {
  return {
    async append(sessionId, event) {
      assertNotificationSize(event, limits)
      const stored = await writes.add(() => {
        const entry = sessionId === undefined ? undefined : index.get(sessionId)
        if (sessionId !== undefined && entry === undefined) return undefined
        if (entry !== undefined) entry.hasContents = true
        return events.append(entry?.serial ?? broadcastLog, event)
      })
      if (stored === undefined || stored === false) return stored
      void signals.publish({ type: 'appended', sessionId, event: stored })
      return stored.cursor
    },
    read(sessionId, after, limit) {
      const entry = index.get(sessionId)
      return entry === undefined ? undefined : events.page(entry, after, limit)
    },
    advance: advanceNumbered,
  }
}

function createInteractionStore({ index, interactions, signals, writes }: State): InteractionStore {
  return {
    add: (sessionId, interaction) =>
      writes.add(() => {
        const entry = index.get(sessionId)
        if (entry === undefined) return
        entry.hasContents = true
        interactions.add(entry.serial, interaction)
      }),
    async resolve(sessionId, interactionId, resolution) {
      const resolved = await writes.add(() => {
        const entry = index.get(sessionId)
        return entry && interactions.resolve(entry.serial, interactionId, resolution)
      })
      if (resolved !== undefined && !isResolution(resolved)) {
        void signals.publish({ type: 'resolved', sessionId, interactionId, resolution })
      }
      return resolved
    },
    read(sessionId, interactionId) {
      const entry = index.get(sessionId)
      return entry && interactions.read(entry.serial, interactionId)
    },
  }
}
