import { startHub } from '@mcp/hub/app'
import { hubConfig } from '@mcp/hub/settings'
import { runApp } from '@mcp/node'

import manifest from '../../package.json' with { type: 'json' }

/** Starts the hub, like `npm start` in the workspace. */
export async function start(parameters: readonly string[]): Promise<void> {
  await runApp({
    name: 'mcp start',
    version: manifest.version,
    description:
      'The whole system in one process: web client, REST API, session manager and servers.',
    schema: hubConfig,
    arguments: parameters,
    warnsOfUnread: true,
    start: startHub,
  })
}
