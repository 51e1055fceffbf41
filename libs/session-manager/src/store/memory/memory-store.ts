import { McpError } from '@mcp/protocol'

import type { AnswerBook } from './idempotency-cache.ts'
import { createAnswerBook } from './idempotency-cache.ts'
import type { EventLog } from './event-log.ts'
import { createEventLog } from './event-log.ts'
import type { Expiring } from './expiry-wheel.ts'
import { createExpiryWheel } from './expiry-wheel.ts'
import type { InteractionBook } from './interaction-registry.ts'
import { createInteractionBook } from './interaction-registry.ts'
import { createSignals } from '../signals.ts'
import type {
  ClaimOutcome,
  EndedSession,
  NewEvent,
  NewSession,
  Store,
  StoredEvent,
  StoredSession,
} from '../store.ts'
import { expiryOf } from '../store.ts'
import type { StoreLimits } from '../store-limits.ts'
import { defaultStoreLimits } from '../store-limits.ts'

export interface MemoryStoreOptions {
  /** What it keeps at most. Default: {@link defaultStoreLimits}. */
  readonly limits?: Partial<StoreLimits> | undefined
  /** Live sessions at most; one more is `unavailable`. Default: 1,000,000. */
  readonly maxSessions?: number | undefined
  /**
   * The characters of the metadata of all live sessions together, as JSON; a session beyond is
   * `unavailable`. Default: 256 MiB.
   */
  readonly maxMetadataBytes?: number | undefined
}

interface Entry extends Expiring {
  readonly session: Mutable<StoredSession>
  /** Where the store stood when it began: what was told to all before is not for it. */
  readonly begin: number
  readonly serial: number
  readonly metadataBytes: number
  // Most sessions are idle, so what a session may never need is made when it is first needed.
  answers: AnswerBook | undefined
  log: EventLog | undefined
  interactions: InteractionBook | undefined
  /** When it was last put among the sessions of which something grows old; 0 while it is not. */
  agedAt: number
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

const none: readonly string[] = []
const ageEveryMs = 60_000

/**
 * Keeps everything in this process, and answers at once. Right for tests, and for a service that runs
 * as one instance and may forget its sessions when it restarts.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  const limits = { ...defaultStoreLimits, ...options.limits }
  const { maxSessions = 1_000_000, maxMetadataBytes = 256 * 1024 * 1024 } = options
  const entries = new Map<string, Entry>()
  const byOwner = new Map<string, Set<Entry>>()
  const ended = new Map<string, EndedSession & { readonly at: number }>()
  const wheel = createExpiryWheel<Entry>()
  const aging = new Set<Entry>()
  const forAll = createEventLog(limits)
  const signals = createSignals()
  // Sessions mostly see the same few servers, so they share one list.
  const serverLists = new Map<string, readonly string[]>()
  let position = 0
  let serial = 0
  let prunedAt = 0
  let allMetadataBytes = 0

  function growsOld(entry: Entry, at: number): void {
    if (entry.agedAt !== 0 && at - entry.agedAt < ageEveryMs) return
    entry.agedAt = at
    aging.delete(entry)
    aging.add(entry)
  }

  function pruneOld(at: number): void {
    prunedAt = at
    for (const entry of aging) {
      if (entry.agedAt > at - 2 * ageEveryMs) break
      aging.delete(entry)
      if (entry.answers?.prune(at) === false) entry.answers = undefined
      const hasEvents = entry.log?.prune(at) === true
      if (entry.interactions?.prune(at) === false) entry.interactions = undefined
      const isAging = hasEvents || entry.answers !== undefined || entry.interactions !== undefined
      entry.agedAt = isAging ? at : 0
      if (isAging) aging.add(entry)
    }
    forAll.prune(at)
    for (const [id, { at: endedAt }] of ended) {
      if (endedAt > at - limits.rememberMs && ended.size <= limits.remembered) break
      ended.delete(id)
    }
  }

  function withServer(servers: readonly string[], server: string): readonly string[] {
    const all = [...servers, server].toSorted()
    const key = JSON.stringify(all)
    const shared = serverLists.get(key) ?? all
    if (serverLists.size < 1000) serverLists.set(key, shared)
    return shared
  }

  function mergeEvents(entry: Entry, after: number, limit: number): readonly StoredEvent[] {
    const own = entry.log?.after(after, limit) ?? []
    const all = forAll.after(
      Math.max(after, entry.begin),
      limit,
      ({ server }) => server === undefined || entry.session.servers.includes(server),
    )
    if (all.length === 0) return own
    return [...own, ...all].toSorted((a, b) => a.position - b.position).slice(0, limit)
  }

  function noSession(id: string): ClaimOutcome {
    return { type: 'no-session', ended: ended.get(id) }
  }

  return {
    create(session: NewSession) {
      if (entries.size >= maxSessions) {
        throw new McpError('unavailable', `This store holds its ${maxSessions} sessions already.`)
      }
      const metadataBytes = JSON.stringify(session.metadata).length
      if (allMetadataBytes + metadataBytes > maxMetadataBytes) {
        throw new McpError(
          'unavailable',
          `This store holds all the metadata of sessions that it can (${maxMetadataBytes} bytes).`,
        )
      }
      allMetadataBytes += metadataBytes
      const entry: Entry = {
        session: { ...session, lastActivity: session.createdAt, servers: none },
        begin: position,
        serial: ++serial,
        metadataBytes,
        answers: undefined,
        log: undefined,
        interactions: undefined,
        agedAt: 0,
        bucket: 0,
        expiresAt: () => expiryOf(entry.session),
      }
      entries.set(session.id, entry)
      wheel.add(entry)
      if (session.owner === undefined) return
      const owned = byOwner.get(session.owner)
      if (owned === undefined) byOwner.set(session.owner, new Set([entry]))
      else owned.add(entry)
    },
    read: (id) => entries.get(id)?.session ?? ended.get(id),
    list(owner, limit, cursor = '0') {
      const from = Number(cursor)
      const found: Entry[] = []
      for (const entry of byOwner.get(owner) ?? []) {
        if (entry.serial > from && found.push(entry) > limit) break
      }
      const page = found.slice(0, limit)
      const last = found.length > limit ? page.at(-1) : undefined
      return {
        sessions: page.map(({ session }) => session),
        nextCursor: last === undefined ? undefined : String(last.serial),
      }
    },
    touch(id, at, server) {
      const session = entries.get(id)?.session
      if (session === undefined) return
      if (at > session.lastActivity) session.lastActivity = at
      if (server !== undefined && !session.servers.includes(server)) {
        session.servers = withServer(session.servers, server)
      }
    },
    expired(at, limit) {
      pruneOld(at)
      return wheel.due(at, limit).map(({ session }) => session.id)
    },
    end(id, reason, at) {
      const entry = entries.get(id)
      if (entry === undefined) return undefined
      const { session } = entry
      if (reason === 'expired' && expiryOf(session) > at) return undefined
      entries.delete(id)
      allMetadataBytes -= entry.metadataBytes
      wheel.remove(entry)
      aging.delete(entry)
      if (session.owner !== undefined) {
        const owned = byOwner.get(session.owner)
        if (owned?.delete(entry) === true && owned.size === 0) byOwner.delete(session.owner)
      }
      ended.set(id, { owner: session.owner, endedBy: reason, at })
      signals.tell({ type: 'ended', sessionId: id, reason })
      return session
    },

    claim(id, claim) {
      const entry = entries.get(id)
      if (entry === undefined) return noSession(id)
      entry.answers ??= createAnswerBook(limits)
      growsOld(entry, claim.at)
      const found = entry.answers.claim(claim)
      return { ...found, session: entry.session }
    },
    settle(id, requestId, at, answer) {
      entries.get(id)?.answers?.settle(requestId, at, answer)
    },

    append(id, event: NewEvent) {
      const entry = id === undefined ? undefined : entries.get(id)
      if (id !== undefined && entry === undefined) return undefined
      const log = entry === undefined ? forAll : (entry.log ??= createEventLog(limits))
      if (log.has(event.id)) return undefined
      if (entry !== undefined) growsOld(entry, event.at)
      const stored = log.append(++position, event)
      signals.tell({ type: 'appended', sessionId: id, event: stored })
      return stored.position
    },
    events(id, after, limit) {
      const entry = entries.get(id)
      if (entry === undefined) return undefined
      const trimmedTo = Math.max(
        entry.log?.trimmedTo() ?? 0,
        forAll.trimmedTo() > entry.begin ? forAll.trimmedTo() : 0,
      )
      return {
        events: mergeEvents(entry, after, limit),
        position,
        trimmedTo: trimmedTo > after ? trimmedTo : undefined,
      }
    },

    ask(id, interaction) {
      const entry = entries.get(id)
      if (entry === undefined) return
      entry.interactions ??= createInteractionBook(limits)
      entry.interactions.ask(interaction)
      growsOld(entry, prunedAt)
    },
    resolve(id, interactionId, resolution) {
      const resolved = entries.get(id)?.interactions?.resolve(interactionId, resolution.action)
      if (typeof resolved === 'object') {
        signals.tell({ type: 'resolved', sessionId: id, interactionId, resolution })
      }
      return resolved
    },

    listen: signals.listen,
    tell: signals.tell,
    close() {
      entries.clear()
      allMetadataBytes = 0
      byOwner.clear()
      ended.clear()
      aging.clear()
    },
  }
}
