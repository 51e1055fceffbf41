import { McpError } from '@mcp/protocol'

import { expiryOf } from '../session-store.ts'
import type { SessionStore } from '../session-store.ts'
import type { SignalBus } from '../signal-bus.ts'
import { createExpiryWheel } from './expiry-wheel.ts'
import type { SessionRecord, SessionRecords } from './session-records.ts'

export interface MemorySessionStoreOptions {
  readonly records: SessionRecords
  readonly signals: SignalBus
  readonly maxSessions: number
  readonly maxMetadataBytes: number
  /** Returns the store's latest position. */
  readonly position: () => number
  /** Drops outdated data of all stores. */
  readonly prune: (at: number) => void
}

const noServers: readonly string[] = []

export function createMemorySessionStore(options: MemorySessionStoreOptions): SessionStore {
  const { records, signals, maxSessions, maxMetadataBytes, position, prune } = options
  const byOwner = new Map<string, Set<SessionRecord>>()
  const wheel = createExpiryWheel<SessionRecord>()
  // Most sessions use the same few servers, so they share one array.
  const serverLists = new Map<string, readonly string[]>()
  let serial = 0
  let totalMetadataBytes = 0

  function assertCapacity(metadataBytes: number): void {
    if (records.size >= maxSessions) {
      throw new McpError('unavailable', `Session limit reached (${maxSessions}). Retry later.`)
    }
    if (totalMetadataBytes + metadataBytes > maxMetadataBytes) {
      throw new McpError(
        'unavailable',
        `Limit of session metadata reached (${maxMetadataBytes} bytes). Retry later.`,
      )
    }
  }

  function withServer(servers: readonly string[], server: string): readonly string[] {
    const all = [...servers, server].toSorted()
    const key = JSON.stringify(all)
    const shared = serverLists.get(key) ?? all
    if (serverLists.size < 1000) serverLists.set(key, shared)
    return shared
  }

  return {
    create(session) {
      const metadataBytes = JSON.stringify(session.metadata).length
      assertCapacity(metadataBytes)
      totalMetadataBytes += metadataBytes
      const record: SessionRecord = {
        session: { ...session, lastActivity: session.createdAt, servers: noServers },
        createdAfter: position(),
        serial: ++serial,
        metadataBytes,
        responses: undefined,
        events: undefined,
        interactions: undefined,
        prunableSince: 0,
        bucket: 0,
        expiresAt: () => expiryOf(record.session),
      }
      records.add(record)
      wheel.add(record)
      if (session.owner === undefined) return
      const owned = byOwner.get(session.owner)
      if (owned === undefined) byOwner.set(session.owner, new Set([record]))
      else owned.add(record)
    },
    read: (id) => records.get(id)?.session ?? records.getEnded(id),
    list(owner, limit, cursor = '0') {
      const after = Number(cursor)
      const found: SessionRecord[] = []
      for (const record of byOwner.get(owner) ?? []) {
        if (record.serial > after && found.push(record) > limit) break
      }
      const page = found.slice(0, limit)
      const last = found.length > limit ? page.at(-1) : undefined
      return {
        sessions: page.map(({ session }) => session),
        nextCursor: last === undefined ? undefined : String(last.serial),
      }
    },
    touch(id, at, server) {
      const session = records.get(id)?.session
      if (session === undefined) return
      if (at > session.lastActivity) session.lastActivity = at
      if (server !== undefined && !session.servers.includes(server)) {
        session.servers = withServer(session.servers, server)
      }
    },
    expired(at, limit) {
      prune(at)
      return wheel.due(at, limit).map(({ session }) => session.id)
    },
    end(id, reason, at) {
      const record = records.get(id)
      if (record === undefined) return undefined
      const { session, metadataBytes } = record
      if (reason === 'expired' && expiryOf(session) > at) return undefined
      records.end(record, reason, at)
      totalMetadataBytes -= metadataBytes
      wheel.remove(record)
      if (session.owner !== undefined) {
        const owned = byOwner.get(session.owner)
        if (owned?.delete(record) === true && owned.size === 0) byOwner.delete(session.owner)
      }
      void signals.publish({ type: 'ended', sessionId: id, reason })
      return session
    },
  }
}
