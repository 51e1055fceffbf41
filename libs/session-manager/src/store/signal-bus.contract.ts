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
      await stores.receiveAll('a')
      expect(received).toEqual([appended])
      expect(other).toEqual([])
      expect(stores.published).toEqual([])
    })

    it('delivers the signals of a session, and those without one, in the order of their publication', async () => {
      const received: Signal[] = []
      await stores.signals.subscribe('a', (signal) => received.push(signal)).ready
      await stores.signals.subscribe(undefined, (signal) => received.push(signal)).ready
      const numbers = Array.from({ length: 50 }, (_, number) => String(number))
      for (const number of numbers) {
        const event = { ...newEvent(number), cursor: number }
        await stores.signals.publish({ type: 'appended', sessionId: 'a', event })
        await stores.signals.publish({ ...cancel, requestId: number })
        await stores.signals.publish({ type: 'message', channel: 'c', message: number })
      }
      await stores.receiveAll('a')
      const ofSession = received.flatMap((signal) => {
        if (signal.type === 'appended') return [`event ${signal.event.id}`]
        return signal.type === 'cancel' && numbers.includes(signal.requestId)
          ? [`cancel ${signal.requestId}`]
          : []
      })
      expect(ofSession).toEqual(numbers.flatMap((id) => [`event ${id}`, `cancel ${id}`]))
      const messages = received.flatMap((signal) =>
        signal.type === 'message' && signal.channel === 'c' ? [signal.message] : [],
      )
      expect(messages).toEqual(numbers)
    })

    it('stops delivering after unsubscribing, and ignores a repeated unsubscribe', async () => {
      const received: Signal[] = []
      const { stop } = stores.signals.subscribe('a', (signal) => received.push(signal))
      stop()
      await stores.signals.subscribe('a', (signal) => received.push(signal)).ready
      stop()
      await stores.signals.publish(appended)
      await stores.receiveAll('a')
      expect(received).toEqual([appended])
    })
  })
}
