import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { MaybePromise } from '@mcp/protocol'

import type { NewEvent, NewSession, Signal, Store } from './store.ts'
import type { StoreLimits } from './store-limits.ts'

/** A store, and what has to be cleaned up after it. */
export interface StoreUnderTest {
  readonly store: Store
  /** Called after `store.close()`. */
  readonly cleanUp?: (() => MaybePromise<void>) | undefined
}

const begin = 1_800_000_000_000

const small: Partial<StoreLimits> = {
  answers: 3,
  answerBytes: 1000,
  interactions: 3,
  events: 5,
  eventBytes: 10_000,
  answersForMs: 600_000,
  eventsForMs: 600_000,
  rememberMs: 600_000,
}

/**
 * The behaviour every {@link Store} shares.
 *
 * @example
 * itIsAStore('memory', (limits) => ({ store: createMemoryStore({ limits }) }))
 */
export function itIsAStore(
  name: string,
  createStore: (limits: Partial<StoreLimits>) => MaybePromise<StoreUnderTest>,
): void {
  describe(`${name} is a store`, () => {
    let under: StoreUnderTest
    let store: Store
    let signals: Signal[]

    beforeEach(async () => {
      under = await createStore(small)
      store = under.store
      signals = []
      store.listen(undefined, (signal) => signals.push(signal))
    })

    afterEach(async () => {
      await store.close()
      await under.cleanUp?.()
    })

    async function open(id: string, more: Partial<NewSession> = {}): Promise<void> {
      await store.create({ ...sessionOf(id), ...more })
    }

    function claim(id: string, requestId: string, fingerprint = 1, rerunLost = false) {
      return store.claim(id, { requestId, fingerprint, at: begin, rerunLost })
    }

    describe('sessions', () => {
      it('reads back what was created', async () => {
        await open('a', { owner: 'ada', metadata: { colour: 'green' } })
        expect(await store.read('a')).toEqual({
          ...sessionOf('a'),
          owner: 'ada',
          metadata: { colour: 'green' },
          lastActivity: begin,
          servers: [],
        })
      })

      it('has nothing under an id it never saw', async () => {
        expect(await store.read('a')).toBeUndefined()
        expect(await store.end('a', 'closed', begin)).toBeUndefined()
        expect(await claim('a', 'r')).toEqual({ type: 'no-session', ended: undefined })
        expect(await store.append('a', eventOf('n'))).toBeUndefined()
        expect(await store.events('a', 0, 10)).toBeUndefined()
      })

      it('remembers activity and the servers that saw a session', async () => {
        await open('a')
        store.touch('a', begin + 5, 'tools')
        store.touch('a', begin + 3, 'database')
        store.touch('a', begin + 4, 'tools')
        const session = await store.read('a')
        expect(session).toMatchObject({ lastActivity: begin + 5 })
        expect(session).toHaveProperty('servers', ['database', 'tools'])
      })

      it('lists the sessions of one owner, page by page', async () => {
        for (const id of ['a', 'b', 'c']) await open(id, { owner: 'ada' })
        await open('d', { owner: 'bob' })
        const first = await store.list('ada', 2)
        const last = await store.list('ada', 2, first.nextCursor)
        expect(first.sessions.map(({ id }) => id)).toEqual(['a', 'b'])
        expect(last.sessions.map(({ id }) => id)).toEqual(['c'])
        expect(last.nextCursor).toBeUndefined()
        expect((await store.list('nobody', 2)).sessions).toEqual([])
      })

      it('finds what was idle for its time to live, from its last millisecond on', async () => {
        await open('short', { ttlMs: 1000 })
        await open('long', { ttlMs: 5000 })
        await open('touched', { ttlMs: 1000 })
        store.touch('touched', begin + 600)
        expect(await store.expired(begin + 999, 10)).toEqual([])
        expect(await store.expired(begin + 1000, 10)).toEqual(['short'])
        expect(await store.expired(begin + 1600, 10)).toHaveLength(2)
        expect(await store.expired(begin + 1600, 1)).toHaveLength(1)
        expect(await store.expired(begin + 9000, 10)).toHaveLength(3)
      })

      it('lets one caller end a session, and remembers how it ended', async () => {
        await open('a', { owner: 'ada' })
        const end = async () => store.end('a', 'closed', begin)
        const winners = await Promise.all([end(), end()])
        expect(winners.filter((session) => session !== undefined)).toMatchObject([
          { id: 'a', clientId: 'client-a' },
        ])
        expect(await store.read('a')).toMatchObject({ owner: 'ada', endedBy: 'closed' })
        expect(await claim('a', 'r')).toMatchObject({
          type: 'no-session',
          ended: { endedBy: 'closed' },
        })
        expect((await store.list('ada', 10)).sessions).toEqual([])
        expect(signals).toEqual([{ type: 'ended', sessionId: 'a', reason: 'closed' }])
      })

      it('does not expire what was touched in time', async () => {
        await open('a', { ttlMs: 1000 })
        store.touch('a', begin + 500)
        expect(await store.end('a', 'expired', begin + 1000)).toBeUndefined()
        expect(await store.end('a', 'expired', begin + 1500)).toMatchObject({ id: 'a' })
      })

      it('forgets what ended long ago', async () => {
        await open('a')
        await store.end('a', 'closed', begin)
        await store.expired(begin + 599_999, 10)
        expect(await store.read('a')).toMatchObject({ endedBy: 'closed' })
        await store.expired(begin + 600_000, 10)
        expect(await store.read('a')).toBeUndefined()
      })
    })

    describe('answers', () => {
      const answer = { status: 200, body: '{"result":5}' }

      beforeEach(() => open('a'))

      it('gives an id to one caller, and tells the others that it is taken', async () => {
        const claims = await Promise.all([claim('a', 'r'), claim('a', 'r')])
        expect(claims.map(({ type }) => type).toSorted()).toEqual(['claimed', 'in-flight'])
        expect(claims[0]).toMatchObject({ session: { id: 'a' } })
      })

      it('has the recorded answer, and what it was asked by', async () => {
        await claim('a', 'r', 7)
        await store.settle('a', 'r', begin, answer)
        expect(await claim('a', 'r', 8)).toMatchObject({ type: 'answered', fingerprint: 7, answer })
      })

      it('frees an id that is settled without an answer', async () => {
        await claim('a', 'r')
        await store.settle('a', 'r', begin)
        expect(await claim('a', 'r')).toMatchObject({ type: 'claimed' })
      })

      it('keeps the ids of answers that it evicts by number', async () => {
        for (const id of ['1', '2', '3', '4']) {
          await claim('a', id)
          await store.settle('a', id, begin, answer)
        }
        expect(await claim('a', '1')).toMatchObject({ type: 'evicted' })
        expect(await claim('a', '2')).toMatchObject({ type: 'answered' })
      })

      it('keeps the ids of answers that it evicts by size', async () => {
        for (const id of ['1', '2']) {
          await claim('a', id)
          await store.settle('a', id, begin, { status: 200, body: 'x'.repeat(600) })
        }
        expect(await claim('a', '1')).toMatchObject({ type: 'evicted' })
        expect(await claim('a', '2')).toMatchObject({ type: 'answered' })
      })

      it('forgets an answer that is too old', async () => {
        await claim('a', 'r')
        await store.settle('a', 'r', begin, answer)
        const later = { requestId: 'r', fingerprint: 1, rerunLost: false }
        const before = await store.claim('a', { ...later, at: begin + 599_999 })
        expect(before).toMatchObject({ type: 'answered' })
        const after = await store.claim('a', { ...later, at: begin + 600_000 })
        expect(after).toMatchObject({ type: 'claimed' })
      })

      it('keeps the ids of one session apart from those of another', async () => {
        await open('b')
        await claim('a', 'r')
        expect(await claim('b', 'r')).toMatchObject({ type: 'claimed' })
      })

      it('does not mind settling what was never claimed', async () => {
        await store.settle('a', 'never', begin, answer)
        await store.settle('gone', 'r', begin, answer)
        expect(await claim('a', 'never')).toMatchObject({ type: 'claimed' })
      })
    })

    describe('events', () => {
      beforeEach(() => open('a'))

      it('keeps the order of appending, the events for all among the session’s own', async () => {
        await store.append('a', eventOf('1'))
        await store.append(undefined, eventOf('2'))
        await store.append('a', eventOf('3'))
        const page = await store.events('a', 0, 10)
        expect(page?.events.map(({ id }) => id)).toEqual(['1', '2', '3'])
        expect(page?.trimmedTo).toBeUndefined()
        const positions = page?.events.map(({ position }) => position) ?? []
        expect(positions).toEqual(positions.toSorted((left, right) => left - right))
        expect(page?.position).toBe(positions.at(-1))
      })

      it('goes on after a position, so many at a time', async () => {
        for (const id of ['1', '2', '3', '4']) await store.append('a', eventOf(id))
        const first = await store.events('a', 0, 1)
        const rest = await store.events('a', first?.events[0]?.position ?? 0, 2)
        expect(rest?.events.map(({ id }) => id)).toEqual(['2', '3'])
        const nothing = await store.events('a', Number.MAX_SAFE_INTEGER, 0)
        expect(nothing).toMatchObject({ events: [], position: rest?.position })
      })

      it('appends a notification once', async () => {
        expect(await store.append('a', eventOf('1'))).toBeGreaterThan(0)
        expect(await store.append('a', eventOf('1'))).toBeUndefined()
        expect(await store.append(undefined, eventOf('1'))).toBeGreaterThan(0)
        expect(await store.append(undefined, eventOf('1'))).toBeUndefined()
      })

      it('gives a session nothing that was told to all before it began', async () => {
        await store.append(undefined, eventOf('before'))
        await open('late')
        await store.append(undefined, eventOf('after'))
        const page = await store.events('late', 0, 10)
        expect(page?.events.map(({ id }) => id)).toEqual(['after'])
        expect(page?.trimmedTo).toBeUndefined()
      })

      it('tells of a server only the sessions that it saw', async () => {
        await open('user')
        store.touch('user', begin, 'tools')
        await store.append(undefined, { ...eventOf('restart'), server: 'tools' })
        expect((await store.events('user', 0, 10))?.events).toHaveLength(1)
        expect((await store.events('a', 0, 10))?.events).toEqual([])
      })

      it('fills a page although much of what was told to all is not for the session', async () => {
        for (const id of ['1', '2', '3']) {
          await store.append(undefined, { ...eventOf(id), server: 'tools' })
        }
        await store.append(undefined, eventOf('4'))
        expect((await store.events('a', 0, 2))?.events.map(({ id }) => id)).toEqual(['4'])
      })

      it('says where the hole is when it trimmed what a reader has not had', async () => {
        for (let id = 1; id <= 8; id++) await store.append('a', eventOf(String(id)))
        const page = await store.events('a', 0, 10)
        const first = page?.events[0]
        expect(page?.events.map(({ id }) => id)).toEqual(['4', '5', '6', '7', '8'])
        expect(page?.trimmedTo).toBe((first?.position ?? 0) - 1)
        const whole = await store.events('a', page?.trimmedTo ?? 0, 10)
        expect(whole?.trimmedTo).toBeUndefined()
      })

      it('trims by size', async () => {
        for (const id of ['1', '2', '3']) {
          await store.append('a', { ...eventOf(id), data: 'x'.repeat(4000) })
        }
        expect((await store.events('a', 0, 10))?.events.map(({ id }) => id)).toEqual(['2', '3'])
      })

      it('trims by age', async () => {
        await store.append('a', eventOf('1'))
        await store.append(undefined, eventOf('2'))
        await store.expired(begin + 1_000_000, 10)
        const page = await store.events('a', 0, 10)
        expect(page?.events).toEqual([])
        expect(page?.trimmedTo).toBe(page?.position)
      })

      it('trims by age what came right after everything was trimmed', async () => {
        await store.append('a', eventOf('1'))
        await store.expired(begin + 1_000_000, 10)
        await store.append('a', { ...eventOf('2'), at: begin + 1_001_000 })
        await store.expired(begin + 1_600_999, 10)
        expect((await store.events('a', 0, 10))?.events.map(({ id }) => id)).toEqual(['2'])
        await store.expired(begin + 3_000_000, 10)
        expect((await store.events('a', 0, 10))?.events).toEqual([])
      })

      it('signals an event to those who listen to its session, or to all', async () => {
        const heard: Signal[] = []
        const stop = store.listen('a', (signal) => heard.push(signal))
        await store.append('a', eventOf('1'))
        await store.append(undefined, eventOf('2'))
        expect(heard).toMatchObject([{ type: 'appended', sessionId: 'a', event: { id: '1' } }])
        expect(signals).toMatchObject([{ type: 'appended', event: { id: '2' } }])

        stop()
        stop()
        await store.append('a', eventOf('3'))
        expect(heard).toHaveLength(1)
      })
    })

    describe('interactions', () => {
      const interaction = {
        id: 'int-1',
        requestId: 'r',
        kind: 'approval',
        message: 'May I?',
        schema: { type: 'object' },
        expiresAt: begin + 1000,
      }

      beforeEach(() => open('a'))

      it('is resolved once', async () => {
        await store.ask('a', interaction)
        const resolution = { action: 'accept', content: { note: 'yes' } } as const
        expect(await store.resolve('a', 'int-1', resolution)).toEqual(interaction)
        expect(await store.resolve('a', 'int-1', { action: 'decline' })).toBe('accept')
        expect(signals).toEqual([
          { type: 'resolved', sessionId: 'a', interactionId: 'int-1', resolution },
        ])
      })

      it('belongs to its session', async () => {
        await open('b')
        await store.ask('a', interaction)
        expect(await store.resolve('b', 'int-1', { action: 'accept' })).toBeUndefined()
        await store.end('a', 'closed', begin)
        expect(await store.resolve('a', 'int-1', { action: 'accept' })).toBeUndefined()
      })

      it('is forgotten when enough others were resolved after it', async () => {
        const accept = (id: string) => store.resolve('a', id, { action: 'accept' })
        for (const id of ['1', '2', '3', '4', '5', '6'])
          await store.ask('a', { ...interaction, id })
        for (const id of ['3', '1', '2', '4', '5']) await accept(id)
        expect(await accept('3')).toBeUndefined()
        expect(await accept('1')).toBeUndefined()
        expect(await accept('2')).toBe('accept')
        expect(await accept('6')).toMatchObject({ id: '6' })
      })

      it('is forgotten long after its time', async () => {
        await store.ask('a', interaction)
        await store.ask('a', { ...interaction, id: 'open' })
        await store.ask('a', { ...interaction, id: 'later', expiresAt: begin + 1_000_000 })
        await store.resolve('a', 'int-1', { action: 'accept' })
        await store.expired(begin + 400_000, 10)
        expect(await store.resolve('a', 'int-1', { action: 'cancel' })).toBe('accept')
        await store.expired(begin + 800_000, 10)
        expect(await store.resolve('a', 'int-1', { action: 'cancel' })).toBeUndefined()
        expect(await store.resolve('a', 'open', { action: 'cancel' })).toBeUndefined()
        expect(await store.resolve('a', 'later', { action: 'cancel' })).toMatchObject({
          id: 'later',
        })
      })
    })

    it('carries what one session manager tells the others', async () => {
      const cancel: Signal = { type: 'cancel', sessionId: 'a', requestId: 'r' }
      await store.tell(cancel)
      expect(signals).toEqual([cancel])
    })
  })
}

function sessionOf(id: string): NewSession {
  return {
    id,
    clientId: `client-${id}`,
    owner: undefined,
    metadata: {},
    createdAt: begin,
    ttlMs: 60_000_000,
  }
}

function eventOf(id: string): NewEvent {
  return { id, type: 'note-added', data: `{"id":"${id}"}`, at: begin, server: undefined }
}
