import { itIsAnEventStore } from './event-store.contract.ts'
import { itIsAnInteractionStore } from './interaction-store.contract.ts'
import { itIsAResponseStore } from './response-store.contract.ts'
import { itIsASessionStore } from './session-store.contract.ts'
import { itIsASignalBus } from './signal-bus.contract.ts'
import { itHonoursStoreLimits } from './store-limits.contract.ts'
import type { CreateStores } from './stores-under-test.contract.ts'

/**
 * Verifies the behaviour of the four stores and the signal bus, and the bounds of the stores.
 *
 * @example
 * itImplementsStores('memory', (limits) => ({ stores: createMemoryStores({ limits }) }))
 */
export function itImplementsStores(name: string, createStores: CreateStores): void {
  itIsASessionStore(name, createStores)
  itIsAResponseStore(name, createStores)
  itIsAnEventStore(name, createStores)
  itIsAnInteractionStore(name, createStores)
  itIsASignalBus(name, createStores)
  itHonoursStoreLimits(name, createStores)
}
