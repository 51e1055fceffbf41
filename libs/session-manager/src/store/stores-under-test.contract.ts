import { afterEach, beforeEach } from 'vitest'

import type { MaybePromise } from '@mcp/protocol'

import type { NewEvent } from './event-store.ts'
import type { ClaimResult } from './response-store.ts'
import type { NewSession } from './session-store.ts'
import type { Signal } from './signal-bus.ts'
import type { StoreLimits } from './store-limits.ts'
import type { Stores } from './stores.ts'

/** The stores that a contract suite verifies. */
export interface StoresUnderTest {
  readonly stores: Stores
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
  claim(sessionId: string, requestId: string, fingerprint?: number): MaybePromise<ClaimResult>
  /** Claims a request and records its response. */
  record(sessionId: string, requestId: string, body: string): Promise<void>
  /** Sweeps until `hasMore` is false. Returns the ids of the ended sessions. */
  sweep(at: number, activeIds?: readonly string[]): Promise<string[]>
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

  beforeEach(async () => {
    current = await createStores({ ...limits, ...furtherLimits })
    published = []
    current.stores.signals.subscribe(undefined, (signal) => published.push(signal))
  })

  afterEach(async () => {
    await current.stores.close()
    await current.cleanUp?.()
  })

  function claim(sessionId: string, requestId: string, fingerprint = 1): MaybePromise<ClaimResult> {
    const request = { requestId, fingerprint, at: start, rerunLost: false }
    return current.stores.responses.claim(sessionId, request)
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
    },
    claim,
    async record(sessionId, requestId, body) {
      await claim(sessionId, requestId)
      await current.stores.responses.settle(sessionId, requestId, start, { status: 200, body })
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
