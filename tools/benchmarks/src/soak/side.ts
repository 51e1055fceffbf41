import { setImmediate } from 'node:timers/promises'

import { createDispatcher } from '@mcp/dispatcher'
import { createRequest } from '@mcp/protocol'
import { createMemoryStore, createSessionManager } from '@mcp/session-manager'

import { workloads } from './workloads.ts'

/**
 * Calls one server again and again through a session manager, in a process of its own, and prints the
 * memory that is in use after each twentieth part, collected garbage aside, in bytes.
 */
const [name = '', count = '0'] = process.argv.slice(2)
const calls = Number(count)
const parts = 20
const atOnce = 16

const workload = await workloads[name]?.()
if (workload === undefined) throw new Error(`no workload is named "${name}"`)
const dispatcher = createDispatcher({ servers: [workload.server] })
// Small tables, so that they are full before the measuring begins: what is bounded is no growth.
const limits = { answers: 100, evictedIds: 100, events: 100 }
const sessionManager = createSessionManager({ dispatcher, store: createMemoryStore({ limits }) })
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
    const answer = await sessionManager.handle(sessionId, createRequest(type, payload))
    if (answer.status === 'error') throw new Error(`${name}: ${answer.error.message}`)
    // As between requests that come over a socket: what is weakly held goes at the end of a turn.
    await setImmediate()
  }
}
