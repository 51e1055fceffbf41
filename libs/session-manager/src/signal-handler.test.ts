import { createRequest } from '@mcp/protocol'
import { afterEach, expect, it, vi } from 'vitest'

import { createSharedMemoryStores } from './store/memory/memory-stores.ts'
import type { Stores } from './store/stores.ts'
import { createTestManager, createTestServer } from './test-manager.fixture.ts'
import type { TestManager } from './test-manager.fixture.ts'

const open: TestManager[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((manager) => manager.close()))
})

/** Starts a session manager whose bus can lose the signals that sessions have ended. */
function start(stores: Stores) {
  const lost = { endSignals: false }
  const goOn = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const server = createTestServer({
    add: { run: () => ({ result: 5 }) },
    ask: {
      async run(_request, { ask }) {
        await goOn.promise
        const asking = ask?.({ kind: 'approval', message: 'Delete the note?' })
        asked.resolve()
        await asking
        return {}
      },
    },
  })
  const service = createTestManager({
    servers: [server],
    stores: {
      ...stores,
      signals: {
        ...stores.signals,
        subscribe: (sessionId, listener) =>
          stores.signals.subscribe(sessionId, (signal) => {
            if (signal.type !== 'ended' || !lost.endSignals) listener(signal)
          }),
      },
    },
  })
  open.push(service)
  const ended: string[] = []
  service.manager.onSessionEnded((id) => ended.push(id))
  return { ...service, lost, ended, goOn, asked }
}

it('releases the session of another replica whose end it has missed', async () => {
  const shared = createSharedMemoryStores()
  const [stores, replica] = [shared.open(), shared.open()]
  const service = start(stores)
  const { lost, ended } = service
  const [missed, live] = [await service.open(), await service.open()]
  for (const id of [missed, live]) await service.request(id, 'add')
  lost.endSignals = true
  await replica.sessions.end(missed, 'closed', Date.now())
  await replica.signals.publish({ type: 'missed' })
  await vi.waitFor(() => expect(ended).toEqual([missed]))
})

it('records no interaction after the end of its session', async () => {
  const stores = createSharedMemoryStores().open()
  const service = start(stores)
  const { manager, ended, goOn, asked } = service
  const id = await service.open()
  const ask = async () => ({ action: 'accept' as const })
  const payload = { operation: 'ask', params: {} }
  const handled = manager.handle(id, createRequest('note-keeping', payload), { ask })
  await manager.closeSession(id)
  await handled
  goOn.resolve()
  await asked.promise
  // Releases each session with an activity that has ended.
  await stores.signals.publish({ type: 'missed' })
  const other = await service.open()
  await manager.closeSession(other)
  expect(ended).toEqual([id, other])
})
