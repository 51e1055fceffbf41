import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'

import type { RunningApp } from '@mcp/node'
import { superviseProcesses } from '@mcp/node'

import type { Config } from './config.ts'

/** The apps that run, each by the name of its folder. Add a server here. */
const apps = ['tools-server', 'session-manager', 'client']

/** Starts every app as a process of its own; what they prove themselves with is made up here. */
export async function start(config: Config): Promise<RunningApp> {
  const MCP_INTERNAL_TOKEN = config.MCP_INTERNAL_TOKEN ?? randomBytes(32).toString('hex')
  const { ended, close } = superviseProcesses(
    apps.map((name) => ({
      name,
      args: [fileURLToPath(new URL(`../../${name}/src/main.ts`, import.meta.url))],
      env: { MCP_INTERNAL_TOKEN },
    })),
  )
  return {
    banner: [`Starting ${apps.join(', ')}. Ctrl-C ends them all.`],
    ended,
    async close() {
      await close()
    },
  }
}
