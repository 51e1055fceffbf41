import { resolve } from 'node:path'

import { startHub } from '@mcp/hub/app'
import { hubConfig } from '@mcp/hub/settings'
import { createLogger, readEnvironment } from '@mcp/node'

import type { Connection } from '../remote/connection.ts'
import { createConnection } from '../remote/connection.ts'
import { ownerSecret, stateName } from '../remote/state-folder.ts'

/** Starts a hub in this process, on free ports of this machine, and connects to its client app. */
export async function startHubInProcess(data: string | undefined): Promise<Connection> {
  if (data !== undefined) process.env['MCP_DATA_DIR'] = data
  const config = {
    ...readEnvironment(hubConfig),
    HOST: '127.0.0.1',
    CLIENT_PORT: 0,
    SESSION_MANAGER_PORT: 0,
  }
  const hub = await startHub(config, { log: createLogger({ name: 'hub', level: 'error' }) })
  const { clientUrl = '' } = hub
  // The secret of the owner is derived from an address. The port of this hub changes with each start, so an
  // address that depends only on the data folder is used. The owner of its conversations then stays the same.
  const name = `http://${stateName(resolve(config.MCP_DATA_DIR))}.localhost`
  const connection = createConnection({
    url: clientUrl,
    token: process.env['MCP_TOKEN'],
    owner: () => ownerSecret(name),
  })
  return {
    ...connection,
    async close() {
      await connection.close()
      await hub.close({ graceMs: 1000 })
    },
  }
}
