import type { MaybePromise } from '@mcp/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { Resolution } from '../interaction-store.ts'
import type { Claim } from '../response-store.ts'
import { storeFailure } from '../store-failure.ts'
import type { StoreLimits } from '../store-limits.ts'
import type { Stores } from '../stores.ts'
import { newEvent, newSession, start } from '../stores-under-test.contract.ts'
import type { ImportingStores, MoveStoresOptions } from './move-stores.ts'
import { moveStores } from './move-stores.ts'
import type { StoreExport, StoreImport } from './store-transfer.ts'

/** A store whose records are moved to another one. */
export interface TransferUnderTest {
  /** Opens the source as a session manager does. */
  openSource(): MaybePromise<Stores>
  /** Opens the records of the source while no session manager uses it. */
  export(): StoreExport
  /** Opens the target for another session manager each time. */
  openTarget(): MaybePromise<ImportingStores>
  /** Called after all stores were closed. */
  cleanUp?(): MaybePromise<void>
}

/** Creates a source and a target with the given bounds, both empty. Called before each test. */
export type CreateTransfer = (limits: Partial<StoreLimits>) => MaybePromise<TransferUnderTest>

const limits: Partial<StoreLimits> = {
  maxResponses: 3,
  maxResponseBytes: 4_000_000,
  responseTtlMs: 600_000,
  maxEvents: 5,
  maxEventBytes: 10_000_000,
  eventTtlMs: 600_000,
  endedSessionTtlMs: 600_000,
}
const { signal } = new AbortController()
const response = { status: 200, body: '{"text":"Grüße 🦊"}' }

/**
 * Verifies that a store returns the records of another one to the clients of that store: a `StoreExport` and a
 * `StoreImport`.
 *
 * @example
 * itImportsStores('file to Redis', (limits) => createTransfer(limits))
 */
export function itImportsStores(name: string, create: CreateTransfer): void {
  describe(`${name}: StoreImport`, () => {
    let transfer: TransferUnderTest
    let open: Stores[]
    let target: ImportingStores

    beforeEach(async () => {
      transfer = await create(limits)
      open = []
      target = await openTarget()
    })
    afterEach(async () => {
      for (const stores of open) await stores.close()
      await transfer.cleanUp?.()
    })

    async function openTarget(): Promise<ImportingStores> {
      const stores = await transfer.openTarget()
      open.push(stores)
      return stores
    }

    /** Opens the source, calls `work` with it, and closes it. */
    async function fill(work: (source: Stores) => Promise<void>): Promise<void> {
      const source = await transfer.openSource()
      try {
        await work(source)
      } finally {
        await source.close()
      }
    }

    async function move(options: Partial<MoveStoresOptions> = {}) {
      const source = transfer.export()
      try {
        return await moveStores({ source, target, signal, ...options })
      } finally {
        source.close()
      }
    }

    async function claim(stores: Stores, requestId: string, fields: Partial<Claim> = {}) {
      const request = { requestId, fingerprint: 7, at: start, rerunLost: false, ...fields }
      return stores.responses.claim('a', request)
    }

    async function record(
      stores: Stores,
      requestId: string,
      { body = response.body, at = start } = {},
    ): Promise<void> {
      const claimed = await claim(stores, requestId, { at })
      const ticket = claimed.type === 'claimed' ? claimed.ticket : ''
      await stores.responses.settle('a', { requestId, ticket }, at, { status: 200, body })
    }

    async function idsAfter(cursor: string | undefined, sessionId = 'a') {
      const page = await target.events.read(sessionId, cursor, 10)
      return page?.events.map(({ id }) => id)
    }

    it('returns sessions with their activity, servers, owners and order', async () => {
      const owned = { owner: 'ada', metadata: '{"colour":"grün"}' }
      await fill(async ({ sessions }) => {
        for (const id of ['c', 'a', 'b']) await sessions.create({ ...newSession(id), ...owned })
        await sessions.create(newSession('anonymous'))
        sessions.touch('a', start + 5)
        for (const server of ['tools', 'database']) await sessions.addServer('a', server)
      })
      expect(await move()).toMatchObject({ result: 'moved', counts: { sessions: 4 }, compared: 4 })
      expect(await target.sessions.read('a')).toEqual({
        ...newSession('a'),
        ...owned,
        lastActivity: start + 5,
        servers: ['database', 'tools'],
      })
      const first = await target.sessions.list('ada', 2)
      const last = await target.sessions.list('ada', 2, first.nextCursor)
      expect(first.sessions.map(({ id }) => id)).toEqual(['c', 'a'])
      expect(last.sessions.map(({ id }) => id)).toEqual(['b'])
    })

    it('ends sessions at the time of their expiry, and remembers those that ended before', async () => {
      await fill(async ({ sessions }) => {
        await sessions.create({ ...newSession('a'), ttlMs: 20_000 })
        await sessions.create({ ...newSession('b'), ttlMs: 20_000 })
        await sessions.create({ ...newSession('closed'), owner: 'ada' })
        sessions.touch('b', start + 10_000)
        await sessions.end('closed', 'closed', start)
      })
      expect(await move()).toMatchObject({ counts: { sessions: 2, endedSessions: 1 } })
      expect(await target.sessions.read('closed')).toEqual({ owner: 'ada', endedBy: 'closed' })
      const endedAt = async (at: number) => {
        const { ended } = await target.sessions.sweep(at, () => false)
        return ended.map(({ id }) => id)
      }
      expect(await endedAt(start + 19_999)).toEqual([])
      expect(await endedAt(start + 20_000)).toEqual(['a'])
      expect(await endedAt(start + 30_000)).toEqual(['b'])
    })

    it('returns recorded responses, and reports evicted and lost ones', async () => {
      await fill(async (source) => {
        await source.sessions.create(newSession('a'))
        for (const id of ['1', '2', '3', '4']) await record(source, id)
        await claim(source, 'in flight')
      })
      expect(await move()).toMatchObject({ counts: { responses: 5 }, compared: 6 })
      const other = await claim(target, '4', { fingerprint: 8 })
      expect(other).toMatchObject({ type: 'settled', fingerprint: 7, response })
      expect(await claim(target, '1')).toMatchObject({ type: 'evicted' })
      expect(await claim(target, 'in flight')).toMatchObject({ type: 'lost', fingerprint: 7 })
      const again = await claim(target, 'in flight', { rerunLost: true })
      expect(again).toMatchObject({ type: 'claimed' })
      // The oldest one is evicted for a further response.
      await record(target, '5', { at: start + 1 })
      expect(await claim(target, '2')).toMatchObject({ type: 'evicted' })
      expect(await claim(target, '3')).toMatchObject({ type: 'settled' })
      const late = await claim(target, '4', { at: start + 600_000 })
      expect(late).toMatchObject({ type: 'claimed' })
    })

    it('continues a stream after each cursor of the source, also with new events', async () => {
      const cursors: (string | undefined)[] = []
      await fill(async ({ sessions, events }) => {
        await events.append(undefined, newEvent('before'))
        await sessions.create(newSession('a'))
        await sessions.create(newSession('other'))
        await sessions.addServer('other', 'tools')
        cursors.push((await events.read('a', undefined, 0))?.cursor)
        cursors.push((await events.append('a', newEvent('1'))) || undefined)
        cursors.push((await events.append(undefined, newEvent('2'))) || undefined)
        await events.append(undefined, { ...newEvent('for other'), server: 'tools' })
        cursors.push((await events.append('a', newEvent('3'))) || undefined)
      })
      expect(await move()).toMatchObject({ counts: { events: 5 } })
      await target.events.append('a', newEvent('4'))
      await target.events.append(undefined, newEvent('5'))
      for (const [index, cursor] of cursors.entries()) {
        expect(await idsAfter(cursor)).toEqual(['1', '2', '3', '4', '5'].slice(index))
        expect((await target.events.read('a', cursor, 10))?.gapBefore).toBeUndefined()
      }
      const first = await target.events.read('a', cursors[0], 2)
      expect(first).toMatchObject({ hasMore: true, events: [{ id: '1' }, { id: '2' }] })
      expect(await idsAfter(first?.cursor)).toEqual(['3', '4', '5'])
      expect(await idsAfter(cursors[0], 'other')).toEqual(['2', 'for other', '5'])
      // A notification that the source has is not appended again.
      expect(await target.events.append('a', newEvent('3'))).toBe(false)
    })

    it('advances the cursor of a stream that has read what was moved', async () => {
      let cursor: string | undefined
      await fill(async ({ sessions, events }) => {
        await sessions.create(newSession('a'))
        cursor = (await events.append('a', newEvent('1'))) || undefined
      })
      await move()
      const { cursor: current = '' } = (await target.events.read('a', cursor, 10)) ?? {}
      const received = Promise.withResolvers<string | undefined>()
      const { ready, stop } = target.signals.subscribe('a', (signal) => {
        if (signal.type !== 'appended') return
        received.resolve(target.events.advance(current, signal.event))
      })
      await ready
      await target.events.append('a', newEvent('2'))
      const next = await received.promise
      stop()
      expect(next).toEqual(expect.any(String))
      expect(await idsAfter(next)).toEqual([])
      expect(await idsAfter(current)).toEqual(['2'])
    })

    it('reports the gap after a cursor whose events were trimmed, or are ahead of the source', async () => {
      const cursors: (string | undefined)[] = []
      await fill(async ({ sessions, events }) => {
        await sessions.create(newSession('a'))
        for (let id = 1; id <= 8; id++) {
          cursors.push((await events.append('a', newEvent(String(id)))) || undefined)
        }
      })
      await move()
      const trimmed = await target.events.read('a', cursors[0], 10)
      expect(trimmed?.events.map(({ id }) => id)).toEqual(['4', '5', '6', '7', '8'])
      expect(trimmed?.gapBefore).toEqual(expect.any(String))
      expect((await target.events.read('a', cursors.at(-1), 10))?.gapBefore).toBeUndefined()
      await target.events.append('a', newEvent('9'))
      // A power failure has removed the events after the last one.
      const ahead = await target.events.read('a', String(Number(cursors.at(-1)) + 1), 10)
      expect(ahead).toMatchObject({ events: [{ id: '9' }], gapBefore: expect.any(String) })
      expect((await target.events.read('a', ahead?.cursor, 10))?.gapBefore).toBeUndefined()
    })

    it('returns pending interactions, and resolutions', async () => {
      const pending = {
        id: 'open',
        requestId: 'r',
        kind: 'elicitation',
        message: 'Which "name"?',
        schema: { type: 'object' },
        expiresAt: start + 1000,
      }
      const resolution: Resolution = { action: 'accept', content: { name: 'Ada' } }
      await fill(async ({ sessions, interactions }) => {
        await sessions.create(newSession('a'))
        await interactions.add('a', pending)
        await interactions.add('a', { ...pending, id: 'over' })
        await interactions.resolve('a', 'over', resolution)
      })
      expect(await move()).toMatchObject({ counts: { interactions: 2 } })
      expect(await target.interactions.read('a', 'over')).toEqual(resolution)
      expect(await target.interactions.resolve('a', 'open', resolution)).toEqual(pending)
      expect(await target.interactions.resolve('a', 'open', { action: 'cancel' })).toEqual(
        resolution,
      )
    })

    it('moves records that are longer than a batch', async () => {
      const body = 'x'.repeat(1_500_000)
      await fill(async (source) => {
        await source.sessions.create(newSession('a'))
        for (const id of ['1', '2']) await record(source, id, { body })
        for (const id of ['1', '2', '3', '4', '5']) {
          await source.events.append('a', {
            ...newEvent(id),
            data: JSON.stringify('y'.repeat(200_000)),
          })
        }
      })
      expect(await move()).toMatchObject({ counts: { responses: 2, events: 5 } })
      expect(await claim(target, '2')).toMatchObject({ response: { body } })
    })

    async function fillSome(): Promise<void> {
      await fill(async (source) => {
        for (const id of ['a', 'b']) {
          await source.sessions.create(newSession(id))
          for (const event of ['1', '2']) await source.events.append(id, newEvent(event))
        }
        await source.events.append(undefined, newEvent('3'))
        await record(source, 'r')
        const interaction = { id: 'i', requestId: 'r', kind: 'approval', message: '' }
        await source.interactions.add('a', { ...interaction, expiresAt: start })
        await source.sessions.create(newSession('c'))
        await source.sessions.end('c', 'closed', start)
      })
    }

    const some = { sessions: 2, endedSessions: 1, responses: 1, events: 5, interactions: 1 }

    it('continues an interrupted import after any record, and is done after a complete one', async () => {
      await fillSome()
      const source = transfer.export()
      const records = Array.from(source.records())
      expect(records).toHaveLength(11)
      for (let count = 1; count <= records.length; count++) {
        await target.import.mark({ exportId: source.id, isComplete: false })
        for (const each of records.slice(0, count)) await target.import.write([each])
      }
      source.close()
      expect(await move()).toMatchObject({ result: 'moved', counts: some })
      expect(await target.import.count()).toEqual(some)
      expect(await move()).toMatchObject({ result: 'already-moved', counts: some })
      expect(await idsAfter('0')).toEqual(['1', '2', '3'])
    })

    /** Returns the target with another function that writes. */
    function withWrite(write: StoreImport['write']): ImportingStores {
      return { ...target, import: { ...target.import, write } }
    }

    it('writes a batch again whose response was lost', async () => {
      await fillSome()
      let failures = 0
      const failing = withWrite(async (records) => {
        await target.import.write(records)
        if (failures++ < 2) throw storeFailure('The connection was lost.')
      })
      expect(await move({ target: failing })).toMatchObject({ result: 'moved', counts: some })
      expect(await target.import.count()).toEqual(some)
    })

    it('fails if the target has fewer records, or other ones', async () => {
      await fillSome()
      const dropping = withWrite((records) =>
        target.import.write(records.filter(({ type }) => type !== 'interaction')),
      )
      await expect(move({ target: dropping })).rejects.toThrow('"interactions":0')
      const changing = withWrite((records) =>
        target.import.write(
          records.map((record) =>
            record.type === 'response' ? { ...record, state: 'lost', response: undefined } : record,
          ),
        ),
      )
      await expect(move({ target: changing, replace: true })).rejects.toThrow(
        'in a record of the type "response"',
      )
    })

    it('changes nothing in a dry run', async () => {
      await fillSome()
      expect(await move({ dryRun: true })).toMatchObject({ result: 'not-moved', counts: some })
      expect(await target.import.state()).toEqual({
        sessions: 0,
        isEmpty: true,
        earlier: undefined,
      })
    })

    it('refuses a target with other sessions, unless they are to be replaced', async () => {
      await fillSome()
      await target.sessions.create({ ...newSession('mine'), owner: 'ada' })
      await target.events.append('mine', newEvent('1'))
      await target.events.append(undefined, newEvent('2'))
      await expect(move()).rejects.toMatchObject({
        code: 'conflict',
        details: { reason: 'not-empty' },
      })
      expect(await move({ replace: true })).toMatchObject({ result: 'moved', counts: some })
      expect(await target.import.count()).toEqual(some)
      expect(await target.sessions.read('mine')).toBeUndefined()
      expect((await target.sessions.list('ada', 10)).sessions).toEqual([])
    })

    it('refuses the target of an earlier state of the source, unless it is to be replaced', async () => {
      await fillSome()
      await move()
      await fill(async ({ sessions }) => void (await sessions.end('a', 'closed', start)))
      await expect(move()).rejects.toThrow('an earlier state of this source')
      const later = { sessions: 1, endedSessions: 2, responses: 0, events: 3, interactions: 0 }
      expect(await move({ replace: true })).toMatchObject({ counts: later })
      expect(await target.import.count()).toEqual(later)
    })

    it('refuses a target that a session manager uses', async () => {
      await fillSome()
      const other = await openTarget()
      await other.sessions.sweep(start, () => false)
      const sweep = setInterval(() => {
        Promise.resolve(other.sessions.sweep(start, () => false)).catch(() => {})
      }, 100)
      try {
        await expect(move()).rejects.toMatchObject({
          code: 'conflict',
          details: { reason: 'in-use' },
        })
      } finally {
        clearInterval(sweep)
      }
      expect(await move()).toMatchObject({ result: 'moved', counts: some })
    })
  })
}
