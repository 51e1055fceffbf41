import { mkdir } from 'node:fs/promises'

import { createHub } from '@mcp/hub'
import { listen, logFailures, networkOptions, networkSettings, runApp, settings } from '@mcp/node'
import { openStores, storeSettings } from '@mcp/store-file/settings'
import * as z from 'zod'

import { callsServer } from './calls-server.ts'

const schema = z.object({
  SESSION_MANAGER_PORT: settings.SESSION_MANAGER_PORT(),
  MCP_DATA_DIR: settings.MCP_DATA_DIR(),
  CALL_TIMEOUT_MS: z.coerce.number(),
  ...storeSettings(),
  ...networkSettings(),
})

/** The hub with one more server. `CALL_TIMEOUT_MS` sets a short timeout of calls through `/mcp`. */
await runApp({
  name: 'hub',
  version: '0.0.0',
  description: 'The hub of a test.',
  schema,
  async start(config, { log, metrics }) {
    const onError = logFailures(log)
    await mkdir(config.MCP_DATA_DIR, { recursive: true })
    const stores = await openStores(`${config.MCP_DATA_DIR}/sessions.db`, config, { onError })
    const hub = createHub({
      stores,
      servers: [callsServer()],
      mcp: { callTimeoutMs: config.CALL_TIMEOUT_MS },
      metrics,
      onError,
    })
    const network = { ...networkOptions(config), metrics, onError, log }
    const port = config.SESSION_MANAGER_PORT
    const listening = await listen({ ...network, service: hub.services.sessionManager, port })
    return {
      async close(options) {
        await listening.close(options)
        await hub.close()
        await stores.close()
      },
    }
  },
})
