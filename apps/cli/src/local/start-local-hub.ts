import { hubSocketPath } from '@mcp/hub/settings'
import type { Logger, RunningApp } from '@mcp/node'
import type * as z from 'zod'

import type { config } from '../config.ts'
import type { ProtocolOutput } from '../stdio/reserve-output.ts'
import { serveStandardInput } from '../stdio/serve-input.ts'
import { createLocalEndpoint } from './local-endpoint.ts'

export interface LocalHubOptions {
  readonly log: Logger
  readonly output: ProtocolOutput
  /** Name of the view. Default: the core tools. */
  readonly view: string | undefined
}

/** Connects standard input and output with the hub of the data folder. */
export async function startLocalHub(
  settings: z.output<typeof config>,
  { log, output, view }: LocalHubOptions,
): Promise<RunningApp> {
  const { MCP_DATA_DIR, MCP_TOKEN: token } = settings
  const endpoint = createLocalEndpoint({
    socketPath: hubSocketPath(MCP_DATA_DIR),
    path: view === undefined ? '/mcp' : `/mcp/${view}`,
    token,
    log,
    startHub: async () => {
      // Loaded only in the process that runs the hub.
      const { startHub } = await import('@mcp/hub/app')
      return startHub(settings, { log }, { isLocal: true })
    },
  })
  const running = serveStandardInput({ endpoint, output, log })
  await Promise.race([endpoint.open(), running.ended])
  return running
}
