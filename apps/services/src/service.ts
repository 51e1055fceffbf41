import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'

import type { RunningApp } from '@mcp/node'
import { superviseProcesses } from '@mcp/node'

import type { Config } from './config.ts'
import { furtherServers, furtherServerUrls } from './further-servers.ts'

/** The folders of the server apps. */
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

/**
 * Starts every app in its own process, with a service token. If neither a service token nor the
 * authentication of callers is configured, the servers accept direct calls. A server that is started on its own
 * does the same.
 */
export async function start(config: Config): Promise<RunningApp> {
  const MCP_INTERNAL_TOKEN = config.MCP_INTERNAL_TOKEN ?? randomBytes(32).toString('hex')
  const isOpen = [
    config.MCP_TOKENS,
    config.MCP_TOKENS_FILE,
    config.MCP_AUTH_ISSUER,
    config.MCP_INTERNAL_TOKEN,
  ].every((variable) => variable === undefined)
  const own = furtherServerUrls(furtherServers, config)
  const SERVER_URLS = [...own, ...config.SERVER_URLS]
    .flatMap(({ name, urls }) => urls.map((url) => `${name}=${url}`))
    .join(',')
  const { ended, close } = superviseProcesses(
    apps.map((name) => ({
      name,
      args: [fileURLToPath(new URL(`../../${name}/src/main.ts`, import.meta.url))],
      stopsLast: servers.includes(name),
      env: {
        MCP_INTERNAL_TOKEN,
        ...(name === 'session-manager' ? { SERVER_URLS } : {}),
        ...(isOpen && servers.includes(name) ? { MCP_DIRECT_CALLS: 'true' } : {}),
      },
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
