import type { App } from '@mcp/node'
import { runApp } from '@mcp/node'

import manifest from '../../package.json' with { type: 'json' }
import { createHttpEndpoint } from '../proxy/endpoint.ts'
import { reserveStandardOutput } from '../stdio/reserve-output.ts'
import { serveStandardInput } from '../stdio/serve-input.ts'
import { parseOptions } from './parse-options.ts'
import { exitWithUsageError } from './usage-error.ts'

const optionNames = ['url', 'view', 'data']

const help = [
  '--url <url>      Connect to this MCP endpoint, such as http://localhost:5000/mcp.',
  '                 Default: the hub of the data folder, which is started if it does not run.',
  '--view <name>    View of the hub: "all", "search", or the name of a server. Default: core tools.',
  '--data <folder>  The data folder, in place of MCP_DATA_DIR.',
]

/** Connects the client on standard input and output to an MCP endpoint. */
export async function stdio(parameters: readonly string[]): Promise<void> {
  const parsed = parseOptions(parameters, optionNames)
  if ('problem' in parsed) exitWithUsageError(parsed.problem, 'stdio')
  const { url, view, data } = parsed.values
  const problem = problemOf(url, view, data)
  if (problem !== undefined) exitWithUsageError(problem, 'stdio')
  if (data !== undefined) process.env['MCP_DATA_DIR'] = data
  const about = {
    name: 'mcp stdio',
    version: manifest.version,
    description:
      'Serves MCP over standard input and output. All other output goes to standard error.',
    options: help,
    arguments: parsed.rest,
  }
  const { config, remoteConfig } = await import('../config.ts')
  if (url === undefined) {
    const { startLocalHub } = await import('../local/start-local-hub.ts')
    const start: App<typeof config>['start'] = (settings, { log }) =>
      startLocalHub(settings, { log, view, output: reserveStandardOutput() })
    await runApp({ ...about, schema: config, start })
  } else {
    const start: App<typeof remoteConfig>['start'] = async ({ MCP_TOKEN: token }, { log }) =>
      serveStandardInput({
        endpoint: createHttpEndpoint({ url, token }),
        output: reserveStandardOutput(),
        log,
      })
    await runApp({ ...about, schema: remoteConfig, start })
  }
}

function problemOf(
  url: string | undefined,
  view: string | undefined,
  data: string | undefined,
): string | undefined {
  if (url !== undefined) {
    if (view !== undefined) return '--view cannot be combined with --url: append it to the URL.'
    if (data !== undefined) return '--data cannot be combined with --url.'
    const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
    return isHttp ? undefined : `"${url}" is not an http or https URL.`
  }
  return view === undefined || /^[a-z0-9][a-z0-9_-]*$/i.test(view)
    ? undefined
    : `"${view}" is not the name of a view.`
}
