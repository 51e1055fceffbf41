import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { start } from './service.ts'

await runApp({
  name: 'database-server',
  version: manifest.version,
  description: 'The database server: SQL databases, read-only by default.',
  schema: config,
  start,
})
