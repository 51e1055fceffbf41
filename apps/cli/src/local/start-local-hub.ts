import { text as readText } from 'node:stream/consumers'

import { hubSocketPath } from '@mcp/hub/settings'
import type { Logger, RunningApp } from '@mcp/node'
import { McpError, parseJson } from '@mcp/protocol'
import * as z from 'zod'

import type { config } from '../config.ts'
import type { Endpoint } from '../proxy/endpoint.ts'
import type { ProtocolOutput } from '../stdio/reserve-output.ts'
import { serveStandardInput } from '../stdio/serve-input.ts'
import { createLocalEndpoint } from './local-endpoint.ts'

export interface LocalHubOptions {
  readonly log: Logger
  readonly output: ProtocolOutput
  /** Name of the view. Default: the core tools. */
  readonly view: string | undefined
}

/** Connects standard input and output to the hub of the data folder. */
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
  await Promise.race([endpoint.open().then(() => checkView(endpoint, view)), running.ended])
  return running
}

/**
 * Checks that the hub has the view. A client would only report that its connection failed.
 *
 * @throws McpError `not-found` with the names of the views.
 */
async function checkView(endpoint: Endpoint, view: string | undefined): Promise<void> {
  if (view === undefined) return
  const { signal } = new AbortController()
  const response = await endpoint.send({ method: 'GET', headers: {}, signal })
  if (response.status !== 404) return response.discard()
  const text = await readText(response.body)
  const parsed = z.object({ error: z.object({ message: z.string() }) }).safeParse(parseJson(text))
  await endpoint.close()
  throw new McpError('not-found', parsed.data?.error.message ?? `No view is named "${view}".`)
}
