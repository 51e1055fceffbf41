import { describe, expect, it } from 'vitest'

import { entryOverheadBytes } from './store-limits.ts'
import type { CreateStores } from './stores-under-test.contract.ts'
import { newEvent, start, textOfBytes, useStores } from './stores-under-test.contract.ts'

/**
 * Verifies that stores enforce their bounds of sessions, events and responses, and that claims succeed
 * even if a bound is reached.
 *
 * @example
 * itHonoursStoreLimits('memory', (limits) => ({ stores: createMemoryStores({ limits }) }))
 */
export function itHonoursStoreLimits(name: string, createStores: CreateStores): void {
  describe(`${name}: bounds of sessions`, () => {
    const stores = useStores(createStores, {
      maxSessions: 4,
      maxSessionsPerOwner: 2,
      maxTotalMetadataBytes: 100,
      maxEndedSessions: 2,
    })

    it('rejects a session beyond maxSessions until another one ends', async () => {
      for (const id of ['1', '2', '3', '4']) await stores.open(id)
      await expect(stores.open('5')).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('All 4 sessions'),
      })
      expect(await stores.claim('1', 'r')).toMatchObject({ type: 'claimed' })
      await stores.sessions.end('1', 'closed', start)
      await stores.open('5')
    })

    it('rejects a session beyond maxSessionsPerOwner, and serves other owners', async () => {
      await stores.open('1', { owner: 'ada' })
      await stores.open('2', { owner: 'ada' })
      await expect(stores.open('3', { owner: 'ada' })).rejects.toMatchObject({
        code: 'rate-limited',
        message: expect.stringContaining('All 2 sessions'),
      })
      await stores.open('3', { owner: 'bob' })
      await stores.sessions.end('1', 'closed', start)
      await stores.open('4', { owner: 'ada' })
    })

    it('rejects a session beyond maxTotalMetadataBytes until another one ends', async () => {
      const metadata = JSON.stringify({ text: 'x'.repeat(40) })
      await stores.open('1', { metadata })
      await expect(
        stores.open('2', { metadata: `${metadata}${' '.repeat(50)}` }),
      ).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('All 100 bytes'),
      })
      expect(await stores.sessions.read('2')).toBeUndefined()
      await stores.sessions.end('1', 'closed', start)
      await stores.open('2', { metadata })
    })

    it('counts the metadata in bytes, also if it is not ASCII', async () => {
      const metadata = JSON.stringify({ text: 'ä'.repeat(10) + '語'.repeat(10) + '😀'.repeat(5) })
      expect(metadata).toHaveLength(41)
      await stores.open('1', { metadata })
      await expect(
        stores.open('2', { metadata: JSON.stringify({ a: 'x'.repeat(12) }) }),
      ).rejects.toMatchObject({
        details: { limit: 'metadataBytes', max: 100 },
      })
      await stores.open('2', { metadata: JSON.stringify({ a: 'x'.repeat(11) }) })
      for (const id of ['1', '2']) await stores.sessions.end(id, 'closed', start)
      await stores.open('3', { metadata: JSON.stringify({ text: 'x'.repeat(89) }) })
    })

    it('remembers up to maxEndedSessions ended sessions', async () => {
      for (const id of ['1', '2', '3']) {
        await stores.open(id)
        await stores.sessions.end(id, 'closed', start)
      }
      expect(await stores.sessions.read('1')).toBeUndefined()
      expect(await stores.sessions.read('2')).toMatchObject({ endedBy: 'closed' })
      expect(await stores.sessions.read('3')).toMatchObject({ endedBy: 'closed' })
    })
  })

  describe(`${name}: bounds of events`, () => {
    const stores = useStores(createStores, {
      maxNotificationBytes: 400,
      maxTotalEventBytes: 10 * (100 + entryOverheadBytes),
      maxEvents: 100,
    })
    const event = (id: string, at = start, data = 'x'.repeat(100)) => ({
      ...newEvent(id),
      data,
      at,
    })

    it('rejects a notification beyond maxNotificationBytes', async () => {
      await stores.open('a')
      const append = async (length: number) =>
        stores.events.append('a', { ...newEvent('1'), data: 'x'.repeat(length) })
      await expect(append(401)).rejects.toMatchObject({ code: 'payload-too-large' })
      expect(await append(400)).toBeDefined()
    })

    it.each(['ä', '語', '😀'])('counts a notification in bytes: %s', async (text) => {
      await stores.open('a')
      const append = async (bytes: number) =>
        stores.events.append('a', { ...newEvent('1'), data: textOfBytes(text, bytes) })
      await expect(append(401)).rejects.toMatchObject({
        code: 'payload-too-large',
        details: { limit: 'notificationBytes', max: 400 },
      })
      expect(await append(400)).toBeDefined()
    })

    it('evicts the oldest events of all sessions beyond maxTotalEventBytes', async () => {
      await stores.open('quiet')
      await stores.open('busy')
      for (const id of ['1', '2']) await stores.events.append('quiet', event(id))
      for (let id = 1; id <= 9; id++) {
        await stores.events.append('busy', event(String(id), start + 5000))
      }
      await stores.sweep(start + 5000)
      const quiet = await stores.events.read('quiet', stores.cursorOf('quiet'), 100)
      expect(quiet?.events.map(({ id }) => id)).toEqual(['2'])
      expect(quiet?.gapBefore).toBeDefined()
      expect((await stores.events.read('busy', stores.cursorOf('busy'), 100))?.events).toHaveLength(
        9,
      )
    })

    it.each(['ä', '語', '😀'])('counts the events of all sessions in bytes: %s', async (text) => {
      const data = textOfBytes(text, 300)
      await stores.open('a')
      await stores.open('b')
      for (const id of ['1', '2', '3']) await stores.events.append('a', event(id, start, data))
      for (const id of ['4', '5', '6']) await stores.events.append('b', event(id, start + 1, data))
      await stores.sweep(start + 1)
      const left = await stores.events.read('a', stores.cursorOf('a'), 100)
      expect(left?.events.map(({ id }) => id)).toEqual(['1', '2', '3'])
      await stores.events.append('b', event('7', start + 1, 'x'.repeat(100)))
      await stores.sweep(start + 1)
      const rest = await stores.events.read('a', stores.cursorOf('a'), 100)
      expect(rest?.events.map(({ id }) => id)).toEqual(['2', '3'])
    })

    it('frees the bytes of a session that ends, and of outdated events', async () => {
      for (let round = 0; round < 5; round++) {
        await stores.open(`old-${round}`)
        for (let id = 1; id <= 5; id++)
          await stores.events.append(`old-${round}`, event(String(id)))
        await stores.sessions.end(`old-${round}`, 'closed', start)
        await stores.sweep(start)
      }
      await stores.open('a')
      for (let id = 1; id <= 5; id++) await stores.events.append('a', event(String(id)))
      const later = start + 1_000_000
      await stores.sweep(later)
      for (let id = 11; id <= 20; id++) {
        await stores.events.append('a', event(String(id), later))
        await stores.sweep(later)
      }
      expect((await stores.events.read('a', stores.cursorOf('a'), 100))?.events).toHaveLength(10)
    })
  })

  describe(`${name}: bounds of responses`, () => {
    const stores = useStores(createStores, {
      maxTotalResponseBytes: 10 * (100 + entryOverheadBytes),
      maxResponses: 100,
      maxResponseBytes: 100_000,
      maxEvictedIds: 4,
    })
    const body = 'x'.repeat(100)

    it('evicts the oldest responses of all sessions beyond maxTotalResponseBytes', async () => {
      await stores.open('quiet')
      await stores.open('busy')
      await stores.record('quiet', '1', body)
      for (let id = 1; id <= 12; id++) await stores.record('busy', String(id), body)
      await stores.sweep(start)
      expect(await stores.claim('quiet', '1')).not.toHaveProperty('response')
      expect(await stores.claim('busy', '12')).toMatchObject({ type: 'settled' })
      expect(await stores.claim('busy', '13')).toMatchObject({ type: 'claimed' })
    })

    it.each(['ä', '語', '😀'])(
      'counts the responses of all sessions in bytes: %s',
      async (text) => {
        await stores.open('a')
        await stores.open('b')
        for (const id of ['1', '2', '3']) await stores.record('a', id, textOfBytes(text, 300))
        for (const id of ['4', '5', '6']) await stores.record('b', id, textOfBytes(text, 300))
        await stores.sweep(start)
        expect(await stores.claim('a', '1')).toMatchObject({ type: 'settled' })
        await stores.record('b', '7', 'x'.repeat(100))
        await stores.sweep(start)
        expect(await stores.claim('a', '1')).not.toHaveProperty('response')
        expect(await stores.claim('a', '2')).toMatchObject({ type: 'settled' })
      },
    )

    it('remembers the ids of evicted responses up to maxEvictedIds per session', async () => {
      await stores.open('a')
      await stores.record('a', 'first', 'x'.repeat(100_000))
      for (let id = 1; id <= 12; id++) {
        await stores.record('a', String(id), 'x'.repeat(100_000))
        await stores.record('a', `${id}-next`, 'x')
      }
      await stores.sweep(start)
      expect(await stores.claim('a', '12')).toMatchObject({ type: 'evicted' })
      expect(await stores.claim('a', 'first')).toMatchObject({ type: 'claimed' })
    })

    it('claims ids and records responses even if the bounds are exceeded', async () => {
      await stores.open('a')
      for (let id = 1; id <= 60; id++) {
        expect(await stores.claim('a', String(id))).toMatchObject({ type: 'claimed' })
        await stores.settle('a', String(id), { status: 200, body })
        await stores.sweep(start)
      }
      expect(await stores.claim('a', '60')).toMatchObject({ type: 'settled' })
    })
  })
}
