import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { start } from './service.ts'

await runApp({
  name: 'internet-server',
  version: manifest.version,
  description: 'The internet server: web pages and searches, without access to private addresses.',
  schema: config,
  start,
})
