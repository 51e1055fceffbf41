import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { startHub } from '../app-side.ts'
import type { Setup } from '../request-path.ts'
import { setup } from '../request-path.ts'
import type { Side } from '../side.ts'
import { initialize, legacyCall } from './mcp-path.ts'
import { interop, startMeasured } from './peer-side.ts'
import { openSseLoad } from './sse-load.ts'

/** A gateway that the hub is compared with, in front of the same server over stdio. */
export interface Gateway {
  readonly title: string
  /** Calls that the hub should relay per CPU time, as a multiple of those of the gateway. */
  readonly goal: number
  readonly setUp: () => Promise<Setup>
}

const upstream = [process.execPath, resolve(interop, 'src/peers/upstream.ts')] as const
const numbers = { a: 2, b: 3 }
const argumentsOf = (name: string) => ({ name, arguments: numbers })

export const gateways: readonly Gateway[] = [
  {
    title: 'mcp-proxy',
    goal: 4,
    setUp: () =>
      streamable('node_modules/mcp-proxy/dist/bin/mcp-proxy.mjs', (port) => [
        `--port=${port}`,
        '--host=127.0.0.1',
        '--server=stream',
        '--',
        ...upstream,
      ]),
  },
  {
    title: 'mcp-hub',
    goal: 2.5,
    setUp: async () => {
      const [command, ...args] = upstream
      const config = await writeConfig({ mcpServers: { peer: { command, args } } })
      const side = await startMeasured('node_modules/mcp-hub/dist/cli.js', (port) => [
        `--port=${port}`,
        `--config=${config.path}`,
      ])
      const load = await openSseLoad(side.port, '/mcp', argumentsOf('peer__sum'))
      const contestant = { side, path: '/mcp', load: load.apply }
      return endingWith(setup(contestant, [side]), load.close, config.remove)
    },
  },
  {
    title: 'supergateway',
    goal: 7,
    setUp: () =>
      streamable('node_modules/supergateway/dist/index.js', (port) => [
        `--stdio=${upstream.join(' ')}`,
        '--outputTransport=streamableHttp',
        '--stateful',
        `--port=${port}`,
        '--logLevel=none',
      ]),
  },
]

/** The hub as `npm start` runs it, with the server in its MCP configuration file. */
export async function setUpRelay(): Promise<Setup> {
  const [command, ...args] = upstream
  const config = await writeConfig({ mcpServers: { peer: { command, args } } })
  const side = await startHub({ MCP_CONFIG: config.path })
  return endingWith(await relayedCall(side, 'peer_sum'), config.remove)
}

async function streamable(
  program: string,
  parameters: (port: number) => readonly string[],
): Promise<Setup> {
  return relayedCall(await startMeasured(program, parameters), 'sum')
}

async function relayedCall(side: Side, tool: string): Promise<Setup> {
  return setup(legacyCall(side, await initialize(side.port), argumentsOf(tool)), [side])
}

async function writeConfig(content: object) {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-bench-'))
  const path = join(folder, 'mcp.json')
  await writeFile(path, JSON.stringify(content))
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}

function endingWith(started: Setup, ...ends: readonly (() => void | Promise<void>)[]): Setup {
  return {
    contestant: started.contestant,
    async stop() {
      await started.stop()
      for (const end of ends) await end()
    },
  }
}
