import { startHub } from '@mcp/hub/app'
import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { servers } from './servers.ts'

await runApp({
  name: 'hub',
  version: manifest.version,
  description:
    'The whole system in one process: web client, REST API, session manager and servers.',
  schema: config,
  // All servers run in this process, so no other program reads the addresses of servers.
  warnsOfUnread: true,
  start: (settings, context) => startHub(settings, context, { servers }),
})
