import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { ChaosLoad } from './chaos-load.ts'
import { attempt, readRequests, startChaosLoad } from './chaos-load.ts'
import { openSession } from './http.ts'
import { waitUntil } from './running-app.ts'
import { slowness } from './slowness.ts'
import type { SupervisedServices } from './supervised.ts'
import { childrenOf, startSupervised } from './supervised.ts'

/** Number of kills of each service. `npm run chaos` sets 20. */
const rounds = Number(process.env['CHAOS_ROUNDS'] ?? 1)

/** The first exit of a service, and an exit after a minute, is followed by a restart without a delay. */
const stableMs = 61_000
const maxBackMs = 3000

let folder: string
let services: SupervisedServices
let session: string
let load: ChaosLoad
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-chaos-'))
  services = await startSupervised({ ROOTS: `chaos=${folder}:rwd` })
  session = await openSession(services.sessionManagerUrl)
  const logFile = join(folder, 'log.txt')
  load = await startChaosLoad({ session, clientUrl: services.clientUrl, logFile })
}, 60_000)
afterAll(async () => {
  await services.stop()
  rmSync(folder, { recursive: true })
}, 30_000)

it(
  'recovers from the kill of each service under load, and loses and doubles nothing',
  async () => {
    const restarts: Restart[] = []
    const upSince = new Map<string, number>()
    for (let round = 0; round < rounds; round++) {
      for (const name of services.names) {
        await delay(Math.max(0, (upSince.get(name) ?? -stableMs) + stableMs - performance.now()))
        restarts.push({ name, slowness: slowness(), backMs: await killAndWait(name) })
        upSince.set(name, performance.now())
      }
    }
    const { failures, lost, doubled, ...counts } = await load.stop()
    console.log({ ...counts, failures, restarts: summarize(restarts) })
    expect({ lost, doubled }).toEqual({ lost: [], doubled: [] })
    expect(counts.acknowledged).toBeGreaterThan(0)
    expect([...failures.keys()].filter((code) => !clearCodes.test(code))).toEqual([])
    expect(restarts.filter(({ backMs, slowness }) => backMs > maxBackMs * slowness)).toEqual([])
  },
  60_000 + rounds * 120_000,
)

/** A connection fails if the client app or the session manager itself is killed. */
const clearCodes = /^(connection|unavailable(: unreachable)?|upstream-error: outcome-unknown)$/

interface Restart {
  readonly name: string
  readonly backMs: number
  /** Ratio of the time that a program takes to start to that on an idle machine. */
  readonly slowness: number
}

/** Kills a service, and returns the time until it responds again. */
async function killAndWait(name: string): Promise<number> {
  const pid = services.pidOf(name) ?? 0
  const workers = childrenOf(pid)
  const killedAt = performance.now()
  process.kill(pid, 'SIGKILL')
  await waitUntil(
    `${name} is restarted`,
    async () => ![undefined, pid].includes(services.pidOf(name)),
  )
  await waitUntil(`${name} responds`, () => isServing(name))
  const backMs = Math.round(performance.now() - killedAt)
  await waitUntil(`the workers of ${name} exit`, async () =>
    workers.every(({ pid: worker }) => !existsSync(`/proc/${worker}`)),
  )
  return backMs
}

async function isServing(name: string): Promise<boolean> {
  const url = name === 'client' ? services.clientUrl : session
  const [, request] =
    Object.entries(readRequests).find(([server]) => name === `${server}-server`) ?? []
  return (await attempt(`${url}/requests`, request ?? readRequests.tools)) === undefined
}

/** Returns the milliseconds of each service, from the fastest restart to the slowest. */
function summarize(restarts: readonly Restart[]): Record<string, string> {
  const byName = Object.groupBy(restarts, ({ name }) => name)
  return Object.fromEntries(
    Object.entries(byName).map(([name, all = []]) => [
      name,
      all
        .toSorted((left, right) => left.backMs - right.backMs)
        .map(({ backMs, slowness }) => `${backMs} (${slowness.toFixed(1)} x)`)
        .join(', '),
    ]),
  )
}
