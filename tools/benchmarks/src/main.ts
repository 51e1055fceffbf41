import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { measureFanOut } from './fan-out.ts'
import { measureGrowth } from './growth.ts'
import { measureCalls } from './mcp/call-time.ts'
import { gateways, setUpRelay } from './mcp/gateways.ts'
import type { Era } from './mcp/mcp-path.ts'
import { peers, setUpMcp, setUpMcpFloor, setUpPeer } from './mcp/mcp-path.ts'
import { arePeersInstalled } from './mcp/peer-side.ts'
import { measureInOneProcess } from './feature-cost/one-process.ts'
import { measurePolicy } from './feature-cost/policy-cost.ts'
import { measureEntries } from './feature-cost/activity-cost.ts'
import { activityRows, metricsRow, policyRows, spansRow } from './feature-cost/rows.ts'
import { hasCoresForTwo, measureBalanced } from './replicas/load-balanced.ts'
import { missingPrograms } from './replicas/programs.ts'
import { measureRedis } from './replicas/redis-path.ts'
import { balancedRow, redisRows, touchRow } from './replicas/rows.ts'
import { measureTouches } from './replicas/touch-cost.ts'
import type { Row } from './report.ts'
import { writeReport } from './report.ts'
import {
  compareSetups,
  setUpEcho,
  setUpLibrary,
  setUpNotification,
  setUpProxy,
  setUpReadOnly,
  setUpRecorded,
  setUpTwoProcesses,
} from './request-path.ts'
import {
  callRow,
  failedRow,
  fanOutRows,
  gatewayRow,
  growthRow,
  libraryRows,
  mcpRows,
  notificationRows,
  peerRow,
  readOnlyRows,
  recordedRows,
  sessionRows,
  skippedRow,
  stalledReaderRow,
  startRows,
  twoProcessRows,
} from './rows.ts'
import type { Setup } from './request-path.ts'
import { measureSessions } from './sessions.ts'
import { measureStalledReader } from './stalled-reader.ts'
import { measureStart } from './start-time.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
const { quick } = values

const load = quick
  ? { rounds: 1, forMs: 500, warmUpMs: 200 }
  : { rounds: 7, forMs: 2000, warmUpMs: 8000 }
const fanOut = quick
  ? { streams: 200, events: 20, rounds: 1 }
  : { streams: 10_000, events: 20, rounds: 5 }

// For small differences: short rounds, in many processes. In every second one, the half without the feature
// starts first, because the order also makes a difference.
const shortRounds = {
  ...load,
  ...(quick ? {} : { rounds: 5, forMs: 600, warmUpMs: 4000 }),
  spins: true,
}
const inManyProcesses = {
  processes: quick ? 1 : 20,
  parameters: (process: number) => (process % 2 === 0 ? [] : ['without-first']),
}

const againstEcho = (setUp: () => Promise<Setup>) =>
  compareSetups(setUp, setUpEcho, { ...load, spins: true })

async function mcpAgainstFloor(era: Era): Promise<Row[]> {
  const floor = () => setUpMcpFloor(era)
  return mcpRows(era, await compareSetups(() => setUpMcp(era), floor, { ...load, spins: true }))
}

/**
 * Whether the comparisons with other programs are skipped: in the quick form, or if the packages are missing.
 */
function isSkipped(): boolean {
  // The quick form runs where the packages are not installed.
  if (quick && values.only === undefined) return true
  if (arePeersInstalled()) return false
  console.log(
    'The comparison with other programs is skipped: their packages are not installed. Run npm ci --prefix tools/interop --no-audit --no-fund.',
  )
  return true
}

async function relayAgainstGateways(): Promise<Row[]> {
  if (isSkipped()) return []
  const all: Row[] = []
  for (const gateway of gateways) {
    const comparison = await compareSetups(setUpRelay, gateway.setUp, { ...load, spins: false })
    all.push(gatewayRow(gateway, comparison))
  }
  return all
}

async function onRedis(): Promise<Row[]> {
  const missing = missingPrograms('redis-server')
  if (missing !== undefined) return [skippedRow('session managers on Redis', missing)]
  const options = { ...load, spins: false }
  const all: Row[] = []
  for (const place of ['in-process', 'apps'] as const) {
    for (const request of ['read-only', 'recorded'] as const) {
      all.push(...redisRows(request, place, await measureRedis(request, place, options)))
    }
  }
  all.push(touchRow(await measureTouches(quick ? 1000 : 10_000, quick ? 2 : 20)))
  const missingNginx = missingPrograms('nginx-light')
  if (missingNginx !== undefined) {
    return [...all, skippedRow('two session managers behind nginx', missingNginx)]
  }
  return [...all, balancedRow(hasCoresForTwo(), await measureBalanced(options))]
}

async function mcpAgainstPeers(): Promise<Row[]> {
  if (isSkipped()) return []
  const all: Row[] = []
  for (const peer of peers) {
    const setUpTheirs = () => setUpPeer(peer)
    const setUpOurs = () => setUpMcp(peer.era)
    all.push(peerRow(peer, await compareSetups(setUpOurs, setUpTheirs, { ...load, spins: true })))
  }
  return all
}

const benchmarks: Readonly<Record<string, () => Promise<Row[]>>> = {
  'read-only': async () => readOnlyRows(await againstEcho(setUpReadOnly)),
  recorded: async () => {
    const all: Row[] = []
    for (const recorded of quick ? [100] : [0, 100, 1000]) {
      all.push(...recordedRows(recorded, await againstEcho(() => setUpRecorded(recorded))))
    }
    return all
  },
  notification: async () => notificationRows(await againstEcho(setUpNotification)),
  activity: async () => {
    const entries = await measureEntries({
      ...inManyProcesses,
      ...(quick ? { rounds: 1, requests: 1000 } : { rounds: 6, requests: 30_000 }),
    })
    const watched = { program: 'activity', ...inManyProcesses, watchers: 1 }
    return activityRows(entries, await measureInOneProcess(watched, shortRounds))
  },
  library: async () => libraryRows(await againstEcho(setUpLibrary)),
  'two-processes': async () =>
    twoProcessRows(await compareSetups(setUpTwoProcesses, setUpProxy, { ...load, spins: false })),
  'mcp-legacy': () => mcpAgainstFloor('legacy'),
  'mcp-modern': () => mcpAgainstFloor('modern'),
  'mcp-peers': mcpAgainstPeers,
  gateways: relayAgainstGateways,
  'mcp-call': async () => (isSkipped() ? [] : [callRow(await measureCalls(quick ? 1 : 7))]),
  redis: onRedis,
  policy: async () => {
    const figures = await measurePolicy(quick ? 6000 : 600_000, quick ? 1 : 9)
    const measured = { program: 'policy', ...inManyProcesses }
    return policyRows(figures, await measureInOneProcess(measured, shortRounds))
  },
  telemetry: async () => {
    const spans = { program: 'telemetry/main', ...inManyProcesses }
    const metrics = { program: 'metrics', ...inManyProcesses }
    return [
      spansRow(await measureInOneProcess(spans, shortRounds)),
      metricsRow(await measureInOneProcess(metrics, shortRounds)),
    ]
  },
  growth: async () => (await measureGrowth(quick)).map(growthRow),
  'fan-out': async () => fanOutRows(await measureFanOut(fanOut)),
  'stalled-reader': async () => [
    stalledReaderRow(await measureStalledReader(quick ? 2000 : 20_000)),
  ],
  sessions: async () => {
    const all = []
    for (const count of quick ? [1000] : [100_000, 1_000_000])
      all.push(await measureSessions(count))
    return sessionRows(all)
  },
  start: async () => {
    const figures = await measureStart('bundle', quick ? 1 : 9)
    return startRows('bundle', figures)
  },
  'start-sources': async () => {
    const figures = await measureStart('sources', quick ? 1 : 9)
    return startRows('sources', figures)
  },
}

if (values.only !== undefined && !Object.hasOwn(benchmarks, values.only)) {
  console.error(`--only takes one of ${Object.keys(benchmarks).join(', ')}`)
  process.exit(1)
}

/** Runs one benchmark. If it fails, its row has the reason, and the other rows are still written. */
async function runBenchmark(name: string, run: () => Promise<Row[]>): Promise<Row[]> {
  try {
    return await run()
  } catch (thrown) {
    process.exitCode = 1
    return [failedRow(name, thrown instanceof Error ? thrown.message : String(thrown))]
  }
}

const rows: Row[] = []
for (const [name, run] of Object.entries(benchmarks)) {
  if (values.only !== undefined && values.only !== name) continue
  for (const row of await runBenchmark(name, run)) {
    rows.push(row)
    console.log(`${row.what}: ${row.measured} (goal ${row.goal}; ${row.figures})`)
  }
}

if (!quick && values.only === undefined) {
  const path = resolve(import.meta.dirname, '../../../docs/benchmarks.md')
  await writeFile(path, writeReport(rows, new Date().toISOString().slice(0, 10)))
  console.log(`written to ${path}`)
}
