import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { Redis } from 'ioredis'

import { missingPrograms } from '../replicas/programs.ts'
import type { Sample, Tolerance } from './flatness.ts'
import { judgeFlatness } from './flatness.ts'
import { startReplicaSystem } from './replica-system.ts'
import { startLoad } from './replica-load.ts'
import { sessionTtlMs } from './session-load.ts'

/**
 * Checks that three session managers on one Redis do not grow under a load of sessions that come and go, for an
 * hour, or for the number of `--minutes`, or one minute with `--quick`: resident memory, heap, open files, keys
 * and memory of Redis. Afterwards, when all sessions have ended and are forgotten, Redis must hold nothing.
 */
const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, minutes: { type: 'string' } },
})
const minutes = values.quick ? 1 : Number(values.minutes ?? 60)
if (!(minutes > 0)) {
  console.error('--minutes must be a positive number, such as 10.')
  process.exit(1)
}
const missing = missingPrograms('redis-server', 'nginx-light')
if (missing !== undefined) {
  console.log(`Skipped: ${missing}`)
  process.exit(process.env['REQUIRE_SERVICES'] === '1' ? 1 : 0)
}

/** Ended sessions are remembered for ten minutes, and broadcasts for an hour. */
const retentionMinutes = 10
const broadcastMinutes = 60
const maxFailedShare = 0.01
const mebibyte = 1024 * 1024
const tolerances: Readonly<Record<string, Tolerance>> = {
  memory: { share: 0.05, absolute: 4 * mebibyte },
  // The load balancer spreads the streams of the moment unevenly. A leak would add thousands.
  files: { share: 0.25, absolute: 16 },
  keys: { share: 0.05, absolute: 20 },
}

interface Series {
  readonly name: string
  readonly kind: 'memory' | 'files' | 'keys'
  readonly samples: Sample[]
  /** Whether the growth is not judged, because the run is too short. */
  readonly isFilling?: boolean
}

const system = await startReplicaSystem()
const probe = new Redis(system.redis.url)
const series: Series[] = [...system.watched.keys()].flatMap((name): Series[] => [
  { name: `${name}: memory`, kind: 'memory', samples: [] },
  { name: `${name}: heap`, kind: 'memory', samples: [] },
  { name: `${name}: open files`, kind: 'files', samples: [] },
])
// The second half starts when as many ended sessions are forgotten as are added.
const isFilling = minutes / 2 < retentionMinutes
const redisKeys: Series = { name: 'Redis: keys', kind: 'keys', samples: [], isFilling }
const redisMemory: Series = { name: 'Redis: memory', kind: 'memory', samples: [], isFilling }
series.push(redisKeys, redisMemory)
const byName = new Map(series.map((each) => [each.name, each]))

async function sample(at: number): Promise<void> {
  for (const [name, side] of system.watched) {
    await side.collect()
    const { rssBytes, heapBytes } = await side.usage()
    byName.get(`${name}: memory`)?.samples.push({ at, value: rssBytes })
    byName.get(`${name}: heap`)?.samples.push({ at, value: heapBytes })
    const files = await side.order('openFiles')
    byName.get(`${name}: open files`)?.samples.push({ at, value: files })
  }
  redisKeys.samples.push({ at, value: await probe.dbsize() })
  const [, used = '0'] = /used_memory:(\d+)/.exec(await probe.info('memory')) ?? []
  redisMemory.samples.push({ at, value: Number(used) })
}

try {
  const { url, clientUrl } = system
  const load = startLoad({ url, clientUrl, clients: 12, residents: 4 })
  const started = performance.now()
  const secondsSoFar = (): number => (performance.now() - started) / 1000
  const everyMs = minutes > 5 ? 10_000 : 1000
  let reported = 0
  while (secondsSoFar() < minutes * 60) {
    await delay(everyMs)
    await sample(secondsSoFar())
    if (secondsSoFar() < (reported + 1) * 60) continue
    reported++
    console.log(`${reported} min: ${series.map(describeLatest).join(', ')}`)
  }
  await load.end()
  const { failures, ...counts } = load.counts
  console.log(counts, `in ${secondsSoFar().toFixed(0)} s`)
  for (const each of series) judge(each)
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0)
  if (failed > 0) console.log(`${failed} failures: ${JSON.stringify([...failures])}`)
  // On a machine that is too busy, Redis responds too late now and then.
  if (failed > counts.sessions * maxFailedShare) fail('More than 1 % of the sessions failed.')
  await checkEmpty()
} finally {
  probe.disconnect()
  await system.stop()
}
process.exit()

function describeLatest({ kind, samples }: Series): string {
  return format(kind, samples.at(-1)?.value ?? 0)
}

function judge({ name, kind, samples, isFilling: isExcluded = false }: Series): void {
  const tolerance = tolerances[kind]
  if (tolerance === undefined) return
  const { mean, growth, isFlat } = judgeFlatness(samples, tolerance)
  const verdict = isExcluded ? 'not judged before 20 minutes' : isFlat ? 'flat' : 'it grows'
  console.log(
    `${name.padEnd(30)} ${format(kind, mean)} on average, ${format(kind, growth)} growth in the second half: ${verdict}`,
  )
  if (!isFlat && !isExcluded) process.exitCode = 1
}

function format(kind: Series['kind'], value: number): string {
  return kind === 'memory' ? `${(value / mebibyte).toFixed(1)} MiB` : value.toFixed(1)
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}

/** Waits until Redis holds nothing but leases, ends the processes that hold them, and checks that it is empty. */
async function checkEmpty(): Promise<void> {
  const isLease = (key: string): boolean => /:replica:|:sweeper$/.test(key)
  const isBroadcast = (key: string): boolean => /\{all\}:(?:log|event)/.test(key)
  // Shorter forms do not wait until broadcasts are forgotten, and the quick form not for ended sessions either.
  const isKept = (key: string): boolean =>
    (values.quick && !/ses-|conversation:/.test(key)) ||
    (minutes < broadcastMinutes && isBroadcast(key))
  const maxMinutes = values.quick ? 0.5 : retentionMinutes + 1
  await expectNone((key) => !isLease(key) && !isKept(key), sessionTtlMs + maxMinutes * 60_000)
  await system.endReplicas()
  await expectNone((key) => !isKept(key), 15_000)
  const size = await probe.dbsize()
  const exception = minutes < broadcastMinutes ? ', none of them of a session' : ''
  console.log(`after the end of all sessions: DBSIZE ${size}${exception}`)
}

/** Waits until Redis has no key of a kind. */
async function expectNone(isUnexpected: (key: string) => boolean, maxMs: number): Promise<void> {
  const until = performance.now() + maxMs
  for (;;) {
    const keys = (await probe.keys('*')).filter(isUnexpected)
    if (keys.length === 0) return
    if (performance.now() > until) {
      return fail(`Redis still holds ${keys.length} keys, such as ${keys.slice(0, 10).join(', ')}`)
    }
    await delay(500)
  }
}
