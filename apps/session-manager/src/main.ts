import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { start } from './service.ts'

await runApp({
  name: 'session-manager',
  version: manifest.version,
  description: 'The session manager: sessions, requests to the servers, and event streams.',
  schema: config,
  start,
})
