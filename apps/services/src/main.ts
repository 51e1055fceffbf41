import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { start } from './service.ts'

await runApp({
  name: 'services',
  version: manifest.version,
  description: 'The client app, the session manager and the servers, each in its own process.',
  schema: config,
  start,
})
