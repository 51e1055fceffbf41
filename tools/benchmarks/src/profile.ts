import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import { measure } from './compare.ts'
import { drawFlameGraph, heaviestFunctions, parseProfile } from './flame-graph.ts'
import { setUpRelay } from './mcp/gateways.ts'
import { setUpMcp, setUpMcpFloor } from './mcp/mcp-path.ts'
import {
  setUpEcho,
  setUpNotification,
  setUpProxy,
  setUpReadOnly,
  setUpRecorded,
  setUpTwoProcesses,
} from './request-path.ts'

const setups = {
  'read-only': setUpReadOnly,
  recorded: () => setUpRecorded(1000),
  notification: setUpNotification,
  'two-processes': setUpTwoProcesses,
  'mcp-legacy': () => setUpMcp('legacy'),
  'mcp-modern': () => setUpMcp('modern'),
  relay: setUpRelay,
  // The floors, for comparison.
  'mcp-floor': () => setUpMcpFloor('modern'),
  echo: setUpEcho,
  proxy: setUpProxy,
} as const

const isRow = (name: string): name is keyof typeof setups => Object.hasOwn(setups, name)

const name = process.argv[2] ?? 'read-only'
if (!isRow(name)) {
  console.error(`Unknown row "${name}". Use one of ${Object.keys(setups).join(', ')}.`)
  process.exit(1)
}

const intervalUs = 200
const folder = resolve(import.meta.dirname, '../profiles')
await mkdir(folder, { recursive: true })
const path = resolve(folder, `${name}.cpuprofile`)
process.env['BENCHMARK_PROFILE'] = path

const setup = await setups[name]()
const { contestant } = setup
try {
  const load = { connections: 32, spins: false }
  await measure(contestant, 8000, load)
  await contestant.side.order('startProfile', intervalUs)
  const { requestsPerSecond, cpuUsPerRequest } = await measure(contestant, 5000, load)
  await contestant.side.order('stopProfile')
  console.log(
    `${requestsPerSecond.toFixed(0)} requests/s, ${cpuUsPerRequest.toFixed(1)} µs of CPU each`,
  )
} finally {
  await setup.stop()
}

const profile = parseProfile(await readFile(path, 'utf8'))
for (const [title, share] of heaviestFunctions(profile, 30)) {
  console.log(`${(share * 100).toFixed(1).padStart(5)} %  ${title}`)
}
const graph = resolve(folder, `${name}.svg`)
await writeFile(graph, drawFlameGraph(profile, `${name}: time by function`))
console.log(`written to ${graph} and ${path}`)
