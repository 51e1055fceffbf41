import { createServer } from 'node:http'

import type { Clock } from '@mcp/protocol'
import { createDispatcher } from '@mcp/dispatcher'
import { createMemoryStores, createSessionManager } from '@mcp/session-manager'

import { listenOnLoopback, serveSide } from './serve-side.ts'

// The clock of the session manager. The benchmark advances it.
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
  // Advances the clock by `seconds`, with one sweep per second in which nothing expires. Returns the
  // CPU time of one sweep in microseconds.
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
