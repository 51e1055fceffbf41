import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { start } from './service.ts'

await runApp({
  name: 'client',
  version: manifest.version,
  description: 'The client app: web client and REST API, with a language model and a session.',
  schema: config,
  start,
})
