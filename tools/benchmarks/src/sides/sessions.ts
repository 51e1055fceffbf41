import { createServer } from 'node:http'

import type { Clock } from '@mcp/protocol'
import { createDispatcher } from '@mcp/dispatcher'
import { createMemoryStores, createSessionManager } from '@mcp/session-manager'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/** A session manager with the given number of sessions, whose clock the benchmark controls. */
let now = Date.now()
const due = new Set<{ everyMs: number; run: () => void }>()
const clock: Clock = {
  now: () => now,
  after: () => () => {},
  every(everyMs, run) {
    const entry = { everyMs, run }
    due.add(entry)
    return () => due.delete(entry)
  },
}
const sessionManager = createSessionManager({
  dispatcher: createDispatcher({ clock }),
  stores: createMemoryStores({ limits: { maxSessions: 2_000_000 } }),
  clock,
})

serveSide(await listenOnLoopback(createServer()), {
  async create(count) {
    for (let index = 0; index < count; index++) {
      await sessionManager.openSession({ clientId: 'benchmark' })
    }
    return count
  },
  // Ten idle seconds: the cost of a sweep while nothing expires. Returns microseconds per sweep.
  async sweep(seconds) {
    const { user, system } = process.cpuUsage()
    for (let second = 0; second < seconds; second++) {
      now += 1000
      for (const { everyMs, run } of due) if (everyMs <= 1000) run()
      await new Promise((next) => setImmediate(next))
    }
    const after = process.cpuUsage()
    return (after.user + after.system - user - system) / seconds
  },
})
