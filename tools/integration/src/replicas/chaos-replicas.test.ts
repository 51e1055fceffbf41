import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { waitUntil } from '../running-app.ts'
import type { ClientRecord } from './replica-load.ts'
import { findProblems, startLoad } from './replica-load.ts'
import type { ReplicatedSystem } from './replicated-system.ts'
import { isReplicationMissing, startReplicatedSystem } from './replicated-system.ts'

/** `npm run chaos:replicas` sets 100 kills, 50 clients and 200 requests a second. */
const kills = Number(process.env['REPLICA_KILLS'] ?? 7)
const clients = Number(process.env['REPLICA_CLIENTS'] ?? 4)
const everyMs = Number(process.env['REPLICA_EVERY_MS'] ?? 100)
/** With one request at a time, the clients that wait for a suspended replica do not keep up the rate. */
const maxInFlight = Number(process.env['REPLICA_IN_FLIGHT'] ?? 1)
const suspendMs = Number(process.env['REPLICA_SUSPEND_MS'] ?? 2000)
const betweenMs = Number(process.env['REPLICA_BETWEEN_MS'] ?? 500)
/** Ends the disturbances before their number is reached. */
const maxSeconds = Number(process.env['REPLICA_MAX_SECONDS'] ?? Infinity)

describe.skipIf(isReplicationMissing())('three session managers behind nginx on one Redis', () => {
  it(
    'lose and double no request and no notification when any part is killed, suspended or cut off',
    async () => {
      await using system = await startReplicatedSystem()
      const load = await startLoad({ url: system.url, clients, everyMs, maxInFlight })
      const events: string[] = []
      const startedAt = performance.now()
      const secondsSoFar = () => Math.round((performance.now() - startedAt) / 1000)
      for (let kill = 0; kill < kills && secondsSoFar() < maxSeconds; kill++) {
        await delay(betweenMs)
        events.push(await disturb(system, kill))
      }
      await delay(betweenMs)
      const seconds = secondsSoFar()
      await load.finish()
      const { effects, numbers } = system.effects()
      const problemsOf = ({ sessionId, received }: Pick<ClientRecord, 'sessionId' | 'received'>) =>
        findProblems(received, numbers.get(sessionId) ?? 0)
      const isComplete = async () =>
        load.records().every((record) => problemsOf(record).length === 0)
      await waitUntil('all notifications arrive', isComplete).catch(() => {})
      const { requests, acknowledged, failures, clients: records } = await load.stop()
      const received = records.flatMap((record) => record.received)
      const gaps = received.filter((each) => each === 'gap').length
      const notified = received.length - gaps
      console.log({ requests, acknowledged: acknowledged.length, failures, notified, gaps })
      const rate = Math.round(requests / seconds)
      console.log(
        `${events.length} disturbances in ${seconds} s, ${rate} requests a second: ${events.join(', ')}`,
      )
      expect(acknowledged.length).toBeGreaterThan(clients)
      const notifications = records.map((record) => ({
        problems: problemsOf(record).slice(0, 5),
        failure: record.failure,
      }))
      expect({
        lost: acknowledged.filter((key) => !effects.has(key)),
        doubled: [...effects].filter(([, count]) => count > 1),
        notifications,
      }).toEqual({
        lost: [],
        doubled: [],
        notifications: records.map(() => ({ problems: [], failure: undefined })),
      })
      // The outcome of a request in flight at a session manager that was killed is unknown.
      expect([...failures.keys()].filter((reason) => reason !== 'outcome-unknown')).toEqual([])
    },
    120_000 + kills * 30_000,
  )
})

async function disturb(system: ReplicatedSystem, number: number): Promise<string> {
  const { redis, nginx, server } = system
  const index = Math.floor(Math.random() * system.replicas.length)
  const [replica = nginx, link] = [system.replicas[index], system.links[index]]
  switch (number % 7) {
    case 0:
      await replica.kill()
      return `${replica.name} killed`
    case 1:
      await redis.kill()
      return 'Redis killed'
    case 2:
      await replica.suspend(suspendMs)
      return `${replica.name} suspended`
    case 3:
      await nginx.kill()
      return 'nginx killed'
    case 4:
      await server.kill()
      return 'the server killed'
    case 5:
      await link?.cut(suspendMs)
      return `${replica.name} cut from Redis`
    default:
      await link?.hold(suspendMs)
      return `${replica.name} without a response of Redis`
  }
}
