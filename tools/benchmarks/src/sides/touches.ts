import { createServer } from 'node:http'

import { systemClock } from '@mcp/protocol'
import { createRedisStores } from '@mcp/store-redis'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/** Stores in Redis whose sessions are touched. The activity is written by the timer of the stores. */
const stores = await createRedisStores(process.argv[2] ?? '')
const ids: string[] = []

serveSide(await listenOnLoopback(createServer()), {
  async create(count) {
    for (let index = 0; index < count; index++) {
      const id = `ses-${crypto.randomUUID()}`
      const session = { id, clientId: 'benchmark', owner: undefined, metadata: '{}' }
      await stores.sessions.create({ ...session, createdAt: systemClock.now(), ttlMs: 1_800_000 })
      ids.push(id)
    }
    return count
  },
  // Touches each session `times` times, waits until all of that is written, and returns the CPU time of one
  // touch in microseconds, with its part of the write.
  async touch(times) {
    const before = process.cpuUsage()
    for (let time = 0; time < times; time++) {
      for (const id of ids) stores.sessions.touch(id, systemClock.now())
    }
    // The end of an expired session waits until all activity is written. There is no such session.
    await stores.sessions.end('none', 'expired', 0)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / (times * ids.length)
  },
})
