import { systemClock } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import { createSignals, defaultStoreLimits, expiryOf } from '@mcp/session-manager'
import type { Store, StoreLimits } from '@mcp/session-manager'

import { createAnswerTable } from './response-table.ts'
import { openDatabase } from './database.ts'
import { createEventTable } from './event-table.ts'
import { createInteractionTable } from './interaction-table.ts'
import { forAll } from './schema.ts'
import type { KeptSession } from './session-table.ts'
import { createSessionTable } from './session-table.ts'

export interface FileStoreOptions {
  /** What it keeps at most. Default: `defaultStoreLimits` of `@mcp/session-manager`. */
  readonly limits?: Partial<StoreLimits> | undefined
  /** How often it writes which sessions were active, in milliseconds. Default: one second. */
  readonly flushMs?: number | undefined
  /** Told when that fails; it is tried again. Default: do nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/**
 * Keeps everything in one SQLite file, so that sessions, answers, events and open questions outlive
 * the process, however it ends. One process at a time has the file.
 *
 * @example
 * const store = createFileStore('./sessions.db')
 * const manager = createSessionManager({ dispatcher, store })
 *
 * @throws McpError where the file is damaged, is not a session file, or is in use.
 */
export function createFileStore(file: string, options: FileStoreOptions = {}): Store {
  const { flushMs = 1000, onError = () => {}, clock = systemClock } = options
  const limits = { ...defaultStoreLimits, ...options.limits }
  const database = openDatabase(file)
  const sessions = createSessionTable(database, limits)
  const answers = createAnswerTable(database, limits)
  const events = createEventTable(database, limits)
  const interactions = createInteractionTable(database, limits)
  const signals = createSignals()
  let isOpen = true

  const stopFlushing = clock.every(flushMs, () => {
    try {
      sessions.flush()
    } catch (error) {
      onError(error)
    }
  })

  function removeAll({ serial }: KeptSession): void {
    answers.removeAll(serial)
    events.removeAll(serial)
    interactions.removeAll(serial)
  }

  return {
    create(session) {
      sessions.create(session, events.position())
    },
    read: (id) => sessions.find(id)?.session ?? sessions.findEnded(id),
    list: (owner, limit, cursor = '0') => sessions.list(owner, limit, cursor),
    touch: (id, at, server) => sessions.touch(id, at, server),
    expired(at, limit) {
      sessions.flush()
      database.transaction(() => {
        sessions.prune(at)
        answers.prune(at)
        events.prune(at)
        interactions.prune(at)
      })
      return sessions.expired(at, limit)
    },
    end(id, reason, at) {
      const kept = sessions.find(id)
      if (kept === undefined) return undefined
      if (reason === 'expired' && expiryOf(kept.session) > at) return undefined
      database.transaction(() => {
        removeAll(kept)
        sessions.end(kept, reason, at)
      })
      signals.tell({ type: 'ended', sessionId: id, reason })
      return kept.session
    },

    claim(id, claim) {
      const kept = sessions.find(id)
      if (kept === undefined) return { type: 'no-session', ended: sessions.findEnded(id) }
      return { ...answers.claim(kept.serial, claim), session: kept.session }
    },
    settle(id, requestId, at, answer) {
      const kept = sessions.find(id)
      if (kept !== undefined) answers.settle(kept.serial, requestId, at, answer)
    },

    append(id, event) {
      const session = id === undefined ? forAll : sessions.find(id)?.serial
      if (session === undefined) return undefined
      const stored = events.append(session, event)
      if (stored === undefined) return undefined
      signals.tell({ type: 'appended', sessionId: id, event: stored })
      return stored.position
    },
    events(id, after, limit) {
      const kept = sessions.find(id)
      return kept === undefined ? undefined : events.page(kept, after, limit)
    },

    ask(id, interaction) {
      const kept = sessions.find(id)
      if (kept !== undefined) interactions.add(kept.serial, interaction)
    },
    resolve(id, interactionId, resolution) {
      const kept = sessions.find(id)
      if (kept === undefined) return undefined
      const resolved = interactions.resolve(kept.serial, interactionId, resolution.action)
      if (typeof resolved === 'object') {
        signals.tell({ type: 'resolved', sessionId: id, interactionId, resolution })
      }
      return resolved
    },

    listen: signals.listen,
    tell: signals.tell,
    close() {
      if (!isOpen) return
      isOpen = false
      stopFlushing()
      sessions.flush()
      database.close()
    },
  }
}
