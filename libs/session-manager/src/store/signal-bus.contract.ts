import { describe, expect, it, vi } from 'vitest'

import type { Signal } from './signal-bus.ts'
import type { CreateStores } from './stores-under-test.contract.ts'
import { newEvent, useStores } from './stores-under-test.contract.ts'

/**
 * Verifies the behaviour of a `SignalBus`.
 *
 * @example
 * itIsASignalBus('memory', (limits) => ({ stores: createMemoryStores({ limits }) }))
 */
export function itIsASignalBus(name: string, createStores: CreateStores): void {
  describe(`${name}: SignalBus`, () => {
    const stores = useStores(createStores)
    const cancel: Signal = { type: 'cancel', sessionId: 'a', requestId: 'r' }
    const appended: Signal = {
      type: 'appended',
      sessionId: 'a',
      event: { ...newEvent('1'), cursor: '1' },
    }

    it('delivers a signal to every subscription without a session, even if two share a function', async () => {
      const received: Signal[] = []
      const listener = (signal: Signal) => received.push(signal)
      await stores.signals.subscribe(undefined, listener).ready
      await stores.signals.subscribe(undefined, listener).ready
      await stores.signals.publish(cancel)
      await vi.waitFor(() => expect(received).toHaveLength(2))
      expect(stores.published).toEqual([cancel])
      expect(received).toEqual([cancel, cancel])
    })

    it('delivers the events of a session to its subscribers only', async () => {
      const received: Signal[] = []
      const other: Signal[] = []
      await stores.signals.subscribe('a', (signal) => received.push(signal)).ready
      await stores.signals.subscribe('b', (signal) => other.push(signal)).ready
      await stores.signals.publish(appended)
      await stores.receiveAll()
      expect(received).toEqual([appended])
      expect(other).toEqual([])
      expect(stores.published).toEqual([])
    })

    it('stops delivering after unsubscribing, and ignores a repeated unsubscribe', async () => {
      const received: Signal[] = []
      const { stop } = stores.signals.subscribe('a', (signal) => received.push(signal))
      stop()
      await stores.signals.subscribe('a', (signal) => received.push(signal)).ready
      stop()
      await stores.signals.publish(appended)
      await stores.receiveAll()
      expect(received).toEqual([appended])
    })
  })
}
