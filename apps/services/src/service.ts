import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'

import type { RunningApp } from '@mcp/node'
import { superviseProcesses } from '@mcp/node'

import type { Config } from './config.ts'
import { furtherServers } from './further-servers.ts'

/** The servers, each by the name of the folder of its app. */
const servers = [
  'resources-server',
  'sampling-server',
  'tools-server',
  'database-server',
  'internet-server',
  'roots-server',
  'prompts-server',
  ...furtherServers.map(({ name }) => `${name}-server`),
]
const apps = [...servers, 'session-manager', 'client']

/** Starts every app in its own process, with a random service token. */
export async function start(config: Config): Promise<RunningApp> {
  const MCP_INTERNAL_TOKEN = config.MCP_INTERNAL_TOKEN ?? randomBytes(32).toString('hex')
  const own = furtherServers.map(({ name, port }) => ({ name, urls: [`http://localhost:${port}`] }))
  const SERVER_URLS = [...own, ...config.SERVER_URLS]
    .flatMap(({ name, urls }) => urls.map((url) => `${name}=${url}`))
    .join(',')
  const { ended, close } = superviseProcesses(
    apps.map((name) => ({
      name,
      args: [fileURLToPath(new URL(`../../${name}/src/main.ts`, import.meta.url))],
      stopsLast: servers.includes(name),
      env: { MCP_INTERNAL_TOKEN, ...(name === 'session-manager' ? { SERVER_URLS } : {}) },
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
