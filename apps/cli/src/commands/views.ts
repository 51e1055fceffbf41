import { createCatalogue, formatViews } from '@mcp/bridge'
import { createHub } from '@mcp/hub'
import { hubConfig } from '@mcp/hub/settings'
import { runApp } from '@mcp/node'

import manifest from '../../package.json' with { type: 'json' }
import { parseOptions } from './parse-options.ts'
import { exitWithUsageError } from './usage-error.ts'

/** Prints the views of the hub: selections of tools, each at a path of its own. */
export async function views(parameters: readonly string[]): Promise<void> {
  const parsed = parseOptions(parameters, [])
  if ('problem' in parsed) exitWithUsageError(parsed.problem, 'views')
  await runApp({
    name: 'mcp views',
    version: manifest.version,
    description:
      'Prints each view of the hub with its path, the number of its tools, and their tokens.',
    schema: hubConfig.pick({ MCP_TOOL_BUDGET: true, MCP_VIEWS: true }),
    arguments: parsed.rest,
    async start({ MCP_TOOL_BUDGET: budget, MCP_VIEWS }) {
      // The descriptions of the servers need no data folder.
      const hub = createHub({ mcp: false })
      const catalogue = createCatalogue(await hub.dispatcher.servers(), {
        budget,
        views: MCP_VIEWS,
      })
      return {
        banner: [formatViews(catalogue)],
        ended: hub.close().then(() => 0),
        close: () => hub.close(),
      }
    },
  })
}
