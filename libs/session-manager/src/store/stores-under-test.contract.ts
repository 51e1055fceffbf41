import { afterEach, beforeEach } from 'vitest'

import type { MaybePromise } from '@mcp/protocol'

import type { NewEvent } from './event-store.ts'
import type { Claim, ClaimResult, StoredResponse } from './response-store.ts'
import type { NewSession } from './session-store.ts'
import type { Signal } from './signal-bus.ts'
import type { StoreLimits } from './store-limits.ts'
import type { Stores } from './stores.ts'

/** The stores that a contract suite verifies. */
export interface StoresUnderTest {
  readonly stores: Stores
  /** Opens the stores of another session manager on the same backend, if the backend can be shared. */
  readonly openReplica?: (() => MaybePromise<Stores>) | undefined
  /** Called after `stores.close()`. */
  readonly cleanUp?: (() => MaybePromise<void>) | undefined
}

/** Creates empty stores with the given bounds. Called before each test. */
export type CreateStores = (limits: Partial<StoreLimits>) => MaybePromise<StoresUnderTest>

/** The stores of the current test, with shortcuts. */
export interface TestStores extends Omit<Stores, 'close' | 'health' | 'isShared'> {
  /** The signals that were published to subscribers without a session id. */
  readonly published: readonly Signal[]
  /** Creates a session. */
  open(id: string, fields?: Partial<NewSession>): Promise<void>
  /** Returns the cursor of a session when it was created with `open`. */
  cursorOf(id: string): string
  claim(
    sessionId: string,
    requestId: string,
    fingerprint?: number,
    fields?: Partial<Claim>,
  ): Promise<ClaimResult>
  /** Settles the request of the last claim of this id. */
  settle(
    sessionId: string,
    requestId: string,
    response?: StoredResponse,
    at?: number,
  ): Promise<void>
  /** Opens the stores of another session manager on the same backend. They are closed after the test. */
  openReplica(): Promise<Stores>
  /**
   * Waits until all earlier signals of the given sessions, and all earlier signals without a session, have been
   * received. Signals of two sessions have no order, so each session needs a marker of its own.
   */
  receiveAll(...sessionIds: readonly string[]): Promise<void>
  /** Claims a request and records its response. */
  record(sessionId: string, requestId: string, body: string): Promise<void>
  /** Sweeps until `hasMore` is false. Returns the ids of the ended sessions. */
  sweep(at: number, activeIds?: readonly string[]): Promise<string[]>
}

const marker = 'marker-'

/** Returns the id of a marker that `receiveAll` published; undefined for other signals. */
function markerOf(signal: Signal): string | undefined {
  const text = signal.type === 'cancel' ? signal.requestId : undefined
  const id = signal.type === 'message' ? signal.message : text
  return id?.startsWith(marker) === true ? id : undefined
}

/** The current time at the start of every test. */
export const start = 1_800_000_000_000

const limits: Partial<StoreLimits> = {
  maxResponses: 3,
  maxResponseBytes: 1000,
  responseTtlMs: 600_000,
  maxResolvedInteractions: 3,
  maxEvents: 5,
  maxEventBytes: 10_000,
  eventTtlMs: 600_000,
  endedSessionTtlMs: 600_000,
}

/** Creates the stores before each test of the enclosing `describe`, and closes them after it. */
export function useStores(
  createStores: CreateStores,
  furtherLimits: Partial<StoreLimits> = {},
): TestStores {
  let current: StoresUnderTest
  let published: Signal[]

  let replicas: Stores[]
  let cursors: Map<string, string>
  let tickets: Map<string, string>
  let markers = 0

  beforeEach(async () => {
    current = await createStores({ ...limits, ...furtherLimits })
    published = []
    replicas = []
    cursors = new Map()
    tickets = new Map()
    const subscription = current.stores.signals.subscribe(undefined, (signal) => {
      if (markerOf(signal) === undefined) published.push(signal)
    })
    await subscription.ready
  })

  afterEach(async () => {
    for (const replica of replicas) await replica.close()
    await current.stores.close()
    await current.cleanUp?.()
  })

  async function claim(
    sessionId: string,
    requestId: string,
    fingerprint = 1,
    fields: Partial<Claim> = {},
  ): Promise<ClaimResult> {
    const request = { requestId, fingerprint, at: start, rerunLost: false, ...fields }
    const result = await current.stores.responses.claim(sessionId, request)
    if (result.type === 'claimed') tickets.set(`${sessionId} ${requestId}`, result.ticket)
    return result
  }

  async function settle(
    sessionId: string,
    requestId: string,
    response?: StoredResponse,
    at = start,
  ): Promise<void> {
    const ticket = tickets.get(`${sessionId} ${requestId}`) ?? 'none'
    await current.stores.responses.settle(sessionId, { requestId, ticket }, at, response)
  }

  return {
    get sessions() {
      return current.stores.sessions
    },
    get responses() {
      return current.stores.responses
    },
    get events() {
      return current.stores.events
    },
    get interactions() {
      return current.stores.interactions
    },
    get signals() {
      return current.stores.signals
    },
    get published() {
      return published
    },
    async open(id, fields) {
      await current.stores.sessions.create({ ...newSession(id), ...fields })
      const page = await current.stores.events.read(id, undefined, 0)
      cursors.set(id, page?.cursor ?? '')
    },
    cursorOf: (id) => cursors.get(id) ?? '',
    claim,
    settle,
    async openReplica() {
      if (current.openReplica === undefined) throw new Error('The backend cannot be shared.')
      const replica = await current.openReplica()
      replicas.push(replica)
      return replica
    },
    async receiveAll(...sessionIds) {
      const { signals } = current.stores
      const sent = [
        ...sessionIds.map((sessionId) => ({
          type: 'cancel' as const,
          sessionId,
          requestId: `${marker}${++markers}`,
        })),
        { type: 'message' as const, channel: marker, message: `${marker}${++markers}` },
      ]
      const missing = new Set(sent.map(markerOf))
      const { promise, resolve } = Promise.withResolvers<void>()
      const { ready, stop } = signals.subscribe(undefined, (signal) => {
        missing.delete(markerOf(signal))
        if (missing.size === 0) resolve()
      })
      await ready
      for (const signal of sent) await signals.publish(signal)
      await promise
      stop()
    },
    async record(sessionId, requestId, body) {
      await claim(sessionId, requestId)
      await settle(sessionId, requestId, { status: 200, body })
    },
    async sweep(at, activeIds = []) {
      const ids: string[] = []
      for (;;) {
        const isActive = (sessionId: string): boolean => activeIds.includes(sessionId)
        const { ended, hasMore } = await current.stores.sessions.sweep(at, isActive)
        ids.push(...ended.map(({ id }) => id))
        if (!hasMore) return ids
      }
    },
  }
}

export function newSession(id: string): NewSession {
  return {
    id,
    clientId: `client-${id}`,
    owner: undefined,
    metadata: '{}',
    createdAt: start,
    ttlMs: 60_000_000,
  }
}

export function newEvent(id: string): NewEvent {
  return { id, type: 'note-added', data: `{"id":"${id}"}`, at: start, server: undefined }
}

/** Returns a text with this size in UTF-8: the character repeated, then "x" for the remaining bytes. */
export function textOfBytes(character: string, bytes: number): string {
  const size = new TextEncoder().encode(character).byteLength
  return character.repeat(Math.floor(bytes / size)) + 'x'.repeat(bytes % size)
}
