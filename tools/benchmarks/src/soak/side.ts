import { setImmediate } from 'node:timers/promises'

import { createDispatcher } from '@mcp/dispatcher'
import { createRequest } from '@mcp/protocol'
import { createMemoryStores, createSessionManager } from '@mcp/session-manager'

import { workloads } from './workloads.ts'

/**
 * Calls one server repeatedly through a session manager in this process. After each twentieth of the
 * calls, runs the garbage collector and prints the memory in use, in bytes.
 */
const [name = '', count = '0'] = process.argv.slice(2)
const calls = Number(count)
const parts = 20
const atOnce = 16

const workload = await workloads[name]?.()
if (workload === undefined) throw new Error(`unknown workload: "${name}"`)
const dispatcher = createDispatcher({ servers: [workload.server] })
// Small limits, so that bounded tables are full before the measurement starts.
const limits = { maxResponses: 100, maxEvictedIds: 100, maxEvents: 100 }
const sessionManager = createSessionManager({ dispatcher, stores: createMemoryStores({ limits }) })
const { sessionId } = await sessionManager.openSession()

let next = 0
for (let part = 1; part <= parts; part++) {
  const until = Math.ceil((calls * part) / parts)
  await Promise.all(Array.from({ length: atOnce }, () => callUntil(until)))
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  console.log(heapUsed + external)
}
await sessionManager.close()
await dispatcher.close()
await workload.cleanUp?.()

async function callUntil(until: number): Promise<void> {
  while (next < until) {
    const { type, payload } = workload?.request(next++) ?? { type: '', payload: {} }
    const response = await sessionManager.handle(sessionId, createRequest(type, payload))
    if (response.status === 'error') throw new Error(`${name}: ${response.error.message}`)
    // Weak references can be cleared only after a turn of the event loop ends. Requests from a socket
    // also arrive in separate turns.
    await setImmediate()
  }
}
