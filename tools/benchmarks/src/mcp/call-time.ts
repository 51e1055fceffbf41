import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

import { freePort, startHub } from '../app-side.ts'
import { median } from '../statistics.ts'
import { interop } from './peer-side.ts'

export interface CallFigures {
  readonly oursMs: number
  readonly inspectorMs: number
  readonly ratio: number
}

const mcp = resolve(import.meta.dirname, '../../../../apps/cli/dist/main.js')
const inspector = resolve(
  interop,
  'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
)

/**
 * Calls one tool of a running hub from the command line, alternately with `mcp call` and with the official
 * inspector, and measures the time from the start of the program to its end.
 */
export async function measureCalls(rounds: number): Promise<CallFigures> {
  const clientPort = await freePort()
  const hub = await startHub({ CLIENT_PORT: String(clientPort) })
  const client = `http://127.0.0.1:${clientPort}`
  const ours = [mcp, 'call', 'tools.calculator.add', 'a=2', 'b=3', '--url', client]
  const theirs = [
    inspector,
    '--cli',
    `http://127.0.0.1:${hub.port}/mcp/all`,
    '--transport=http',
    '--method=tools/call',
    '--tool-name=calculator_add',
    '--tool-arg=a=2',
    '--tool-arg=b=3',
  ]
  try {
    const pairs: { ours: number; inspector: number }[] = []
    // The first round fills the caches of the file system and is not counted.
    for (let round = 0; round <= rounds; round++) {
      pairs.push({ ours: await timeRun(ours), inspector: await timeRun(theirs) })
    }
    const counted = pairs.slice(1)
    return {
      oursMs: median(counted.map((pair) => pair.ours)),
      inspectorMs: median(counted.map((pair) => pair.inspector)),
      ratio: median(counted.map((pair) => pair.ours / pair.inspector)),
    }
  } finally {
    await hub.stop()
  }
}

/** Runs a program that prints the sum. Returns its wall time, in milliseconds. */
async function timeRun(parameters: readonly string[]): Promise<number> {
  const started = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { timeout: 60_000 })
  const took = performance.now() - started
  if (!stdout.includes('5')) throw new Error(`${parameters[0]} printed no sum:\n${stdout}`)
  return took
}
